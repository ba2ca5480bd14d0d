"""The keys that providers' posts are verified with, and the address they post to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from console.webhooks.signatures import is_sendgrid_key

# Long enough that nobody finds it by trying; it is part of an address.
_SECRET_PATH = re.compile(r"[A-Za-z0-9_-]{24,128}")


class UnusableKey(Exception):  # noqa: N818 - a state of the settings, worded for people
    """A key or address that nothing could be verified with; the message is one plain sentence."""


# Without a representation: no log and no traceback shows a key.
@dataclass(frozen=True, repr=False)
class WebhookKeys:
    """Several keys of a kind all count, so that one can be exchanged without losing a message.

    `public_url` is the console's address as providers know it, such as ``https://ar.example``;
    Twilio signs it. `inbound_secret` is the last part of the address that inbound mail is posted
    to by a SendGrid account without signatures; it counts only as long as there are no
    `sendgrid_inbound`. With `changing`, what no key confirms is asked for again, not refused.
    Raises UnusableKey.
    """

    sendgrid_events: tuple[str, ...] = ()
    sendgrid_inbound: tuple[str, ...] = ()
    twilio_tokens: tuple[str, ...] = ()
    twilio_shared_keys: tuple[str, ...] = ()
    public_url: str = ""
    inbound_secret: str = ""
    changing: bool = False

    def __post_init__(self) -> None:
        for number, key in enumerate((*self.sendgrid_events, *self.sendgrid_inbound), start=1):
            if not is_sendgrid_key(key):
                raise UnusableKey(f"SendGrid's webhook key number {number} is no public key.")
        if not all((*self.twilio_tokens, *self.twilio_shared_keys)):
            raise UnusableKey("An auth token or shared key of Twilio is empty.")
        if self.inbound_secret and not _SECRET_PATH.fullmatch(self.inbound_secret):
            raise UnusableKey(
                "The secret in the address for inbound mail needs 24 to 128 letters and digits."
            )
        if (self.twilio_tokens or self.twilio_shared_keys) and not self.public_url:
            raise UnusableKey("Twilio signs the public address, and none is set.")
        if self.public_url and not _is_address(self.public_url):
            raise UnusableKey("The public address has to look like https://ar.example.")

    @property
    def prefix(self) -> str:
        """The path of the public address, such as ``/duncan``; empty without one."""
        return urlsplit(self.public_url).path.rstrip("/")

    @property
    def origin(self) -> str:
        """The public address without its path."""
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port_is_readable = parts.port is None or parts.port > 0
    except ValueError:
        return False
    is_web = parts.scheme in {"https", "http"} and bool(parts.hostname) and url.isascii()
    return is_web and port_is_readable and not parts.query and not parts.fragment
