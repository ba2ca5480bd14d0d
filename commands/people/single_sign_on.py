"""Signing in by an identity provider: asking it, believing it, and finding who it is."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe
from typing import NamedTuple
from urllib.parse import urlencode

from activities.gateways.identity_provider import IdentityProvider, ProviderFailed
from commands.people.id_tokens import Claims, Expected, verified
from commands.people.provider_accounts import ProviderAccounts
from commands.people.sign_in import SignIns
from dunning.may import NotAllowed
from settings import Settings

WAY = "provider"
_LONGEST_CODE = 4096
_REFUSED = {
    "access_denied": "The identity provider let nobody in.",
    "login_required": "The identity provider wants you to sign in there first: try again.",
}


class Asked(NamedTuple):
    """One try to sign in, which only the browser that began it can end."""

    state: str
    nonce: str
    verifier: str


class Answered(NamedTuple):
    """With what the provider sent the browser back; `issuer` where it says so (RFC 9207)."""

    code: str = ""
    state: str = ""
    issuer: str = ""
    error: str = ""


@dataclass(frozen=True)
class SingleSignOn:
    """The provider with the team's terms: `name` stands on the button."""

    provider: IdentityProvider
    name: str
    scopes: str = "openid email profile"
    accounts: ProviderAccounts = field(default_factory=ProviderAccounts)

    def begin(self, back: str) -> tuple[str, Asked]:
        """Where to send the browser, and what it has to bring back. Raises NotAllowed."""
        asked = Asked(token_urlsafe(32), token_urlsafe(32), token_urlsafe(48))
        digest = sha256(asked.verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self.provider.client,
            "redirect_uri": back,
            "scope": self.scopes,
            "state": asked.state,
            "nonce": asked.nonce,
            "code_challenge": urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        try:
            place = self.provider.endpoints().authorization
        except ProviderFailed as failed:
            raise NotAllowed(str(failed)) from None
        return f"{place}{'&' if '?' in place else '?'}{urlencode(query)}", asked

    def finish(self, door: SignIns, asked: Asked | None, answered: Answered, back: str) -> str:
        """The token of a new session. Raises NotAllowed with a sentence for each refusal."""
        door.check_address()
        try:
            claims = self._claims(door, asked, answered, back)
        except ProviderFailed as failed:
            raise NotAllowed(str(failed)) from None
        except NotAllowed:
            door.note_refused_address()
            raise
        person = self.accounts.person_of(door.ledger, claims, door.now)
        return door.trusted(person, WAY)

    def leaving(self) -> str:
        """Where the session at the provider ends; empty when it has no such page."""
        try:
            place = self.provider.endpoints().end_session
        except ProviderFailed:
            return ""
        query = urlencode({"client_id": self.provider.client})
        return f"{place}{'&' if '?' in place else '?'}{query}" if place else ""

    def _claims(self, door: SignIns, asked: Asked | None, answered: Answered, back: str) -> Claims:
        if asked is None or not compare_digest(asked.state.encode(), answered.state.encode()):
            raise NotAllowed(
                "This sign-in was begun in another browser, or too long ago: begin again."
            )
        if answered.issuer and answered.issuer != self.provider.issuer:
            raise NotAllowed("Another identity provider answered than was asked: begin again.")
        if answered.error or not 0 < len(answered.code) <= _LONGEST_CODE:
            other = "The identity provider could not sign you in: try again."
            raise NotAllowed(_REFUSED.get(answered.error, other))
        token = self.provider.redeem(answered.code, asked.verifier, back)
        expected = Expected(self.provider.issuer, self.provider.client, asked.nonce, door.now)
        return verified(token, self.provider.key, expected)


def single_sign_on(settings: Settings) -> SingleSignOn | None:
    """The provider that the settings name, if any."""
    if not settings.oidc_issuer:
        return None
    parts = (one.rpartition("=") for one in settings.oidc_roles)
    accounts = ProviderAccounts(
        role_claim=settings.oidc_role_claim,
        roles={group.strip(): role.strip() for group, _, role in parts},
        adds_people=settings.oidc_add_people,
        untouched=settings.break_glass.strip().casefold(),
    )
    secret = settings.oidc_client_secret.get_secret_value()
    provider = IdentityProvider(settings.oidc_issuer, settings.oidc_client_id, secret)
    return SingleSignOn(provider, settings.oidc_name, settings.oidc_scopes, accounts)
