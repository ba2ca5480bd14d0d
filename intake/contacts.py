"""E-mail addresses and telephone numbers of a customer's contacts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from intake.rows import BadCell, Line, plain
from intake.texts import flag, words

# Names reserved for tests and documentation (RFC 2606): no mail is ever delivered there.
_RESERVED = (".test", ".invalid", ".example")
_LONGEST_ROLE = 64


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A person or mailbox at the customer; the telephone number is in E.164 form or empty."""

    name: str
    role: str
    email: str
    phone: str
    sms_consent: bool

    @property
    def key(self) -> str:
        """Goes with the address, not with its place in the file: what is blocked stays blocked."""
        address = self.email.casefold() or self.phone or self.name
        return hashlib.sha256(address.encode()).hexdigest()[:8]


def contact(line: Line, country: str) -> ContactRow | None:
    """The contact a line names, None where it names none.

    Raises BadCell with EMAIL_INVALID, PHONE_INVALID or BOOLEAN_INVALID.
    """
    name = words(line, "contact_name")
    address = _email(line)
    number = _phone(line, country)
    if not (name or address or number):
        return None
    role = words(line, "contact_role", _LONGEST_ROLE).casefold().replace(" ", "_") or "billing"
    return ContactRow(name, role, address, number, flag(line, "sms_consent", default=False))


def _email(line: Line) -> str:
    text = plain(line.cell("email"))
    if not text:
        return ""
    # The checker refuses reserved names, so it sees an ordinary one in their place.
    ending = next((name for name in _RESERVED if text.casefold().endswith(name)), "")
    stand_in = f"{text[: -len(ending)]}.com" if ending else text
    try:
        checked = validate_email(stand_in, check_deliverability=False).normalized
    except EmailNotValidError:
        reason = f"{text[:80]} is not one e-mail address."
        raise BadCell("email", "EMAIL_INVALID", reason) from None
    return checked.removesuffix(".com") + ending if ending else checked


def _phone(line: Line, country: str) -> str:
    text = plain(line.cell("phone"))
    if not text:
        return ""
    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        where = (
            f"in {country}" if country else "without a country; write it with + and country code"
        )
        reason = f"{text[:40]} is not a telephone number {where}."
        raise BadCell("phone", "PHONE_INVALID", reason)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
