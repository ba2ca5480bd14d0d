"""Reply addresses: they say which conversation a reply belongs to, and cannot be guessed."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Sequence

# "reply+" and the token stay within the 64 characters a local part may have (RFC 5321, 4.5.3.1.1).
LONGEST_CONVERSATION = 26
_MAC_BYTES = 10
_TOKEN = re.compile(r"reply\+([a-z2-7]{1,58})@[^@\s]{1,255}")
# Keeps these signatures apart from any other use of the same secret.
_PURPOSE = b"duncan reply address\x00"


def reply_address(domain: str, conversation: str, secrets: Sequence[str]) -> str:
    """The address to which a customer's reply to this conversation comes, all in lower case.

    `conversation` is opaque, such as an attempt id, of at most 26 bytes; the first secret signs.
    Raises ValueError without a secret, or for an empty or longer conversation.
    """
    if not secrets or not all(secrets):
        raise ValueError("Reply addresses need a secret.")
    known = conversation.encode()
    if not 0 < len(known) <= LONGEST_CONVERSATION:
        raise ValueError(f"A conversation has 1 to {LONGEST_CONVERSATION} bytes.")
    return f"reply+{_token(known, secrets[0])}@{domain.lower()}"


def conversation_of(address: str, secrets: Sequence[str]) -> str | None:
    """The conversation of a reply address that one of the secrets signed; None for any other.

    Upper case is tolerated, for mail servers may change it; nothing else is. Whether the domain
    is ours is for the receiver of the mail to know.
    """
    found = _TOKEN.fullmatch(address.lower()) if address.isascii() else None
    if not found:
        return None
    try:
        signed = base64.b32decode(found[1].upper() + "=" * (-len(found[1]) % 8))
        known, text = signed[:-_MAC_BYTES], signed[:-_MAC_BYTES].decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    # Every secret is tried, so that the time taken does not tell which one it was.
    matches = [hmac.compare_digest(_token(known, secret), found[1]) for secret in secrets if secret]
    return text if text and any(matches) else None


def _token(known: bytes, secret: str) -> str:
    mac = hmac.new(secret.encode(), _PURPOSE + known, hashlib.sha256).digest()[:_MAC_BYTES]
    return base64.b32encode(known + mac).decode().rstrip("=").lower()
