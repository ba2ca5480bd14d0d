from __future__ import annotations

import base64
import hmac
import json
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from activities.gateways.identity_provider import IdentityProvider, ProviderFailed
from console.pages.single_sign_on import TRY
from console.visit import SESSION
from fakes.identity_provider import FakeIdentityProvider
from tests.console.single_sign_on.coming_in import Claims, back, came_in, desk_with
from tests.console.small_ledger import NOW
from tests.console.team import Team

MALLORYS = rsa.generate_private_key(65537, 2048)


async def test_the_provider_is_asked_with_state_nonce_and_a_hashed_challenge(
    staff: Team, provider: FakeIdentityProvider
) -> None:
    async with desk_with(staff, provider) as desk:
        first, second = [await desk.get("/sign-in/provider") for _ in range(2)]
    queries = [parse_qs(urlsplit(one.headers["location"]).query) for one in (first, second)]
    cookie = first.headers["set-cookie"]

    assert queries[0]["code_challenge_method"] == ["S256"]
    assert queries[0]["redirect_uri"] == ["http://127.0.0.1/sign-in/back"]
    for name in ("state", "nonce", "code_challenge"):
        assert queries[0][name] != queries[1][name]
        assert len(queries[0][name][0]) >= 43
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/sign-in" in cookie


def handmade(header: Claims, claims: Claims, key: bytes = b"") -> str:
    """A token as nobody's library makes it: with a shared key, or signed by nobody."""
    parts = [base64.urlsafe_b64encode(json.dumps(one).encode()) for one in (header, claims)]
    signed = b".".join(part.rstrip(b"=") for part in parts)
    signature = hmac.new(key, signed, "sha256").digest() if key else b""
    return b".".join((signed, base64.urlsafe_b64encode(signature).rstrip(b"="))).decode()


def none(claims: Claims, fake: FakeIdentityProvider) -> str:
    return handmade({"alg": "none", "kid": fake.newest}, claims)


def shared(claims: Claims, fake: FakeIdentityProvider) -> str:
    """Signed with the public key as if it were a shared secret (algorithm confusion)."""
    public = fake.keys[fake.newest].public_key()
    pem = public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return handmade({"alg": "HS256", "kid": fake.newest}, claims, pem)


def by_another_key(claims: Claims, fake: FakeIdentityProvider) -> str:
    return jwt.encode(claims, MALLORYS, algorithm="RS256", headers={"kid": fake.newest})


def changed_after(claims: Claims, fake: FakeIdentityProvider) -> str:
    other = claims | {"sub": "u-2"}
    name = fake.newest
    signed = jwt.encode(other, fake.keys[name], algorithm="RS256", headers={"kid": name})
    head, _, signature = signed.split(".")
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"{head}.{body}.{signature}"


def unsigned_as_told(claims: Claims, fake: FakeIdentityProvider) -> str:
    del claims, fake
    return "not.a.token"


async def test_a_token_that_the_provider_did_not_sign_opens_nothing(
    staff: Team, provider: FakeIdentityProvider
) -> None:
    async with desk_with(staff, provider) as desk:
        for signed in (none, shared, by_another_key, changed_after, unsigned_as_told):
            provider.signed = signed
            answer = await came_in(desk)

            assert answer.status_code == 401, signed.__name__
            assert "cannot be trusted" in answer.text
            assert SESSION not in answer.headers.get("set-cookie", "")


OTHERS: tuple[tuple[Claims, str], ...] = (
    ({"iss": "https://elsewhere.example"}, "cannot be trusted"),
    ({"aud": "another-client"}, "cannot be trusted"),
    ({"aud": ["duncan", "another"]}, "cannot be trusted"),
    ({"aud": ["duncan", "another"], "azp": "another"}, "cannot be trusted"),
    ({"nonce": "of another try"}, "cannot be trusted"),
    ({"exp": NOW.timestamp() - 61}, "not of now"),
    ({"iat": NOW.timestamp() + 61}, "not of now"),
    ({"iat": NOW.timestamp() - 3600, "exp": NOW.timestamp() + 3600}, "not of now"),
    ({"nbf": NOW.timestamp() + 3600}, "not of now"),
    ({"exp": "soon"}, "cannot be trusted"),
    ({"sub": ""}, "cannot be trusted"),
    ({"sub": "x" * 300}, "cannot be trusted"),
)


async def test_a_token_for_somebody_else_or_another_time_opens_nothing(
    staff: Team, provider: FakeIdentityProvider
) -> None:
    async with desk_with(staff, provider) as desk:
        for spoiled, said in OTHERS:
            provider.spoil = lambda claims, other=spoiled: claims | other  # type: ignore[misc]
            answer = await came_in(desk)

            assert answer.status_code == 401, spoiled
            assert said in answer.text, spoiled


async def test_a_try_that_another_browser_began_ends_nowhere(
    staff: Team, provider: FakeIdentityProvider
) -> None:
    async with desk_with(staff, provider) as mine, desk_with(staff, provider) as theirs:
        place = await back(theirs)
        without = await mine.get(place)
        await mine.get("/sign-in/provider")
        with_another = await mine.get(place)

    assert "begun in another browser" in without.text
    assert "begun in another browser" in with_another.text
    assert not [one for one in provider.asked if one == "/token"]


async def test_a_code_works_once_and_the_cookie_of_the_try_is_gone(
    staff: Team, provider: FakeIdentityProvider
) -> None:
    async with desk_with(staff, provider) as desk:
        place = await back(desk)
        kept = desk.cookies[TRY]
        first = await desk.get(place)
        assert TRY not in desk.cookies
        desk.cookies.set(TRY, kept, path="/sign-in")
        again = await desk.get(place)

    assert first.status_code == 303
    assert again.status_code == 401


REFUSALS = (
    ("error=access_denied&state={state}", "let nobody in"),
    ("error=odd%0d%0aSet-Cookie:x&state={state}", "could not sign you in"),
    ("code=&state={state}", "could not sign you in"),
    ("code=made-up&state={state}", "did not answer as it has to"),
    ("code=x&state={state}&iss=https://elsewhere.example", "Another identity provider"),
    ("code=x&state=%C3%A4", "begun in another browser"),
)


async def test_every_refusal_has_its_own_sentence(
    staff: Team, provider: FakeIdentityProvider
) -> None:
    async with desk_with(staff, provider) as desk:
        for query, said in REFUSALS:
            state = parse_qs(urlsplit(await back(desk)).query)["state"][0]
            answer = await desk.get(f"/sign-in/back?{query.format(state=state)}")

            assert answer.status_code == 401
            assert said in answer.text


async def test_a_rotated_key_is_read_again(staff: Team, provider: FakeIdentityProvider) -> None:
    async with desk_with(staff, provider) as desk:
        await came_in(desk)
        found = desk._transport.app.state.desk.provider.provider  # type: ignore[attr-defined]  # noqa: SLF001
        provider.rotate()
        too_soon = await came_in(desk)
        found.clock = lambda: found._keys_at + 60  # noqa: SLF001
        later = await came_in(desk)

    assert too_soon.status_code == 401, "tokens with made-up keys must not make us ask each time"
    assert later.status_code == 303


def test_a_provider_that_points_elsewhere_is_not_followed(
    provider: FakeIdentityProvider,
) -> None:
    for document in (
        {"issuer": "https://elsewhere.example"},
        {"token_endpoint": "http://elsewhere.example/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": "file:///etc/passwd"},
    ):
        provider.document = document
        with pytest.raises(ProviderFailed):
            IdentityProvider(provider.url, "duncan").endpoints()


async def test_guesses_at_the_way_back_get_slow(
    staff: Team, provider: FakeIdentityProvider
) -> None:
    async with desk_with(staff, provider) as desk:
        answers = [await desk.get("/sign-in/back?code=x&state=y") for _ in range(52)]

    assert answers[0].status_code == 401
    assert answers[-1].status_code == 429
