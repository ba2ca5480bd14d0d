"""What strangers and other sites could try, at the desk as it is served."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from fastapi import FastAPI, Response

from commands.people.actions import PeopleActions
from commands.people.demo_team import add_demo_team
from commands.people.sign_in import SignIns
from console.app import create_app
from console.desk import Parts
from console.visit import LANGUAGE, SESSION, own_page
from settings import Settings
from tests.console.small_ledger import NOW, SmallLedger
from tests.console.team import Team, copy_of, sent
from tests.console.visiting import visiting

PASSWORD = "three words and a half"  # noqa: S105 - of nobody


SECRET = "not-to-be-seen-anywhere"  # noqa: S105 - of nobody


PUBLIC = "https://desk.example"


LEAST = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
}


def public_desk(team: Team) -> FastAPI:
    """The desk behind a proxy that ends TLS, under a public name."""
    wiring, home = team.books.wiring, team.books.outbox.parent
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]  # Pydantic's own.
        home=home,
        public_url=PUBLIC,
        sendgrid_api_key=SECRET,  # type: ignore[arg-type]
        oidc_client_secret=SECRET,  # type: ignore[arg-type]
        database_url=f"postgresql://duncan:{SECRET}@db/books",
    )
    parts = Parts(wiring.ledger, wiring.planner, team.books.outbox, "var", settings=settings)
    return create_app(parts, lambda: NOW, hosts=("127.0.0.1", "desk.example"))


@pytest.fixture
def ada(team: Team) -> Team:
    """The team with Ada, who has a password."""
    ledger = team.books.wiring.ledger
    link = PeopleActions(ledger, "administrator", NOW).add("ada", "Ada", "associate")
    SignIns(ledger, NOW).by_link(link, PASSWORD)
    return team


async def test_every_answer_says_that_it_may_do_nothing_else(team: Team) -> None:
    async with visiting(public_desk(team), "desk.example") as desk:
        answers = [
            await desk.get("/"),
            await desk.get("/sign-in"),
            await desk.get("/no-such-page"),
            await desk.get("/static/desk.css"),
            await desk.get("/static/no-such-file"),
            await desk.get("/api/v1/invoices"),
            await desk.get("/api/v1/openapi.json"),
            await desk.get("/api/none"),
            await desk.post("/webhooks/sendgrid/events", content=b"{}"),
            await desk.get("/webhooks/none"),
            await desk.post("/sign-in", content=b"x" * 33_000_000),
            await desk.get("/", headers={"Host": "elsewhere.example"}),
            await desk.get("/invoices/a%00b"),
        ]

    for one in answers:
        where = f"{one.request.method} {one.request.url} {one.status_code}"
        policy = one.headers["content-security-policy"]
        assert policy.startswith(("default-src 'self'", "default-src 'none'")), where
        assert "unsafe" not in policy, where
        assert "frame-ancestors 'none'" in policy, where
        assert {name: one.headers[name] for name in LEAST} == LEAST, where
        assert one.headers["strict-transport-security"].startswith("max-age="), where
        is_static = one.request.url.path.startswith("/static/")
        assert one.headers["cache-control"] == ("no-cache" if is_static else "no-store"), where


async def test_without_a_public_address_nobody_is_told_to_come_by_tls(team: Team) -> None:
    async with team.stranger() as desk:
        assert "strict-transport-security" not in (await desk.get("/sign-in")).headers


async def test_cookies_are_secret_ours_and_go_by_tls_only(ada: Team) -> None:
    async with visiting(public_desk(ada), "desk.example") as desk:
        entered = await desk.post("/sign-in", data={"name": "ada", "password": PASSWORD})
        spoken = await desk.post("/language", data={"language": "de", "next": "/"})
    async with ada.stranger() as here:
        local = await here.post("/sign-in", data={"name": "ada", "password": PASSWORD})

    for name, answer in ((SESSION, entered), (LANGUAGE, spoken)):
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith(f"{name}=")
        for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
            assert part in cookie, (name, part)
        assert "Domain" not in cookie
    assert "Secure" not in local.headers["set-cookie"], "this machine has no TLS"


FORGED = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1"},
    {"Sec-Fetch-Site": ""},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1.elsewhere.example"},
    {"Origin": "http://127.0.0.1:8081"},
)


async def test_no_other_site_signs_anybody_in_or_out_or_acts(ada: Team) -> None:
    async with ada.at_desk("associate") as desk:
        before = ada.version("INV-1")
        for headers in FORGED:
            for address, fields in (
                ("/sign-in", {"name": "ada", "password": PASSWORD}),
                ("/sign-out", {}),
                ("/language", {"language": "de"}),
                ("/invoices/INV-1/do/pause", {"form": "ab" * 16, "reason": "system"}),
            ):
                answer = await desk.post(address, data=fields, headers=headers)
                assert answer.status_code == 403, (address, headers)
                assert "set-cookie" not in answer.headers
        assert (await desk.get("/queue")).status_code == 200, "still signed in"

    assert ada.version("INV-1") == before


async def test_a_session_that_somebody_planted_is_not_the_one_that_opens(ada: Team) -> None:
    planted = "planted-by-somebody-else"
    async with ada.stranger() as desk:
        fields = {"name": "ada", "password": PASSWORD}
        cookie = {"Cookie": f"{SESSION}={planted}"}
        answer = await desk.post("/sign-in", data=fields, headers=cookie)
        given = answer.cookies[SESSION]
        desk.cookies.clear()

        assert given != planted
        assert (await desk.get("/queue", headers=cookie)).status_code == 303


async def test_signing_in_again_and_leaving_end_the_session_before(ada: Team) -> None:
    async with ada.stranger() as desk:
        fields = {"name": "ada", "password": PASSWORD}
        first = (await desk.post("/sign-in", data=fields)).cookies[SESSION]
        second = (await desk.post("/sign-in", data=fields)).cookies[SESSION]
        desk.cookies.clear()
        old = await desk.get("/queue", headers={"Cookie": f"{SESSION}={first}"})
        new = await desk.get("/queue", headers={"Cookie": f"{SESSION}={second}"})
        await desk.post("/sign-out", headers={"Cookie": f"{SESSION}={second}"})
        left = await desk.get("/queue", headers={"Cookie": f"{SESSION}={second}"})

    assert [old.status_code, new.status_code, left.status_code] == [303, 200, 303]


@pytest.mark.parametrize(
    "place",
    [
        "https://elsewhere.example",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "/\t/elsewhere.example",
        "\t//elsewhere.example",
        "/\n/elsewhere.example",
        "javascript:alert(1)",
        "elsewhere.example",
        "",
        "/x\r\nSet-Cookie: a=b",
    ],
)
def test_signing_in_leads_nowhere_else(place: str) -> None:
    assert own_page(place) == "/"


async def test_a_host_name_that_is_not_ours_is_refused_and_never_repeated(team: Team) -> None:
    async with team.at_desk("administrator") as desk:
        for host in ("elsewhere.example", "127.0.0.1.elsewhere.example", "desk.example@evil"):
            answer = await desk.get("/people", headers={"Host": host})
            assert answer.status_code == 400
            assert host not in answer.text
        forwarded = {"X-Forwarded-Host": "elsewhere.example", "Forwarded": "host=elsewhere.example"}
        desk.headers.update(forwarded)
        new = {"person": "lu", "name": "Lu", "role": "viewer"}
        made = await sent(desk, "/people", "add", new)

    assert "/link/" in made.text
    assert "elsewhere" not in made.text


async def test_what_a_proxy_on_this_machine_passes_on_is_from_elsewhere(
    ledger: SmallLedger, tmp_path: Path
) -> None:
    """A proxy that asks us as 127.0.0.1 must not make its visitors those of this machine."""
    books = copy_of(ledger, tmp_path / "home")
    person = add_demo_team(books.wiring.ledger, NOW)
    parts = Parts(books.wiring.ledger, books.wiring.planner, books.outbox, "var", "a rehearsal")
    async with visiting(create_app(parts, lambda: NOW, demo=person)) as desk:
        here = await desk.get("/")
        passed_on = [
            await desk.get("/", headers={name: "203.0.113.9"})
            for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")
        ]

    assert here.status_code == 200
    assert {one.status_code for one in passed_on} == {403}
    assert not [one for one in passed_on if "Halden" in one.text]


async def test_no_secret_stands_on_a_page_or_in_the_log(
    ada: Team, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    app = public_desk(ada)

    def broken() -> Response:
        raise RuntimeError("a fault")

    app.add_api_route("/broken", broken)
    caplog.set_level(logging.DEBUG)
    async with visiting(app, "desk.example") as desk:
        answer = await desk.post("/sign-in", data={"name": "ada", "password": PASSWORD})
        token = answer.cookies[SESSION]
        desk.cookies.set(SESSION, token)
        pages = [await desk.get(page) for page in ("/settings", "/people", "/broken", "/password")]
        wrong = await desk.post("/sign-in", data={"name": "ada", "password": "typed-wrongly-once"})
    shown = "".join(page.text for page in pages) + wrong.text
    logged = caplog.text + "".join(capsys.readouterr())

    assert [page.status_code for page in pages] == [200, 200, 500, 200]
    for secret in (SECRET, PASSWORD, token, "typed-wrongly-once"):
        assert secret not in shown
        assert secret not in logged
