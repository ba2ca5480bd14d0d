"""Finds the addresses a mail system could not reach, and what it says about each."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from email.message import Message

from flufl.bounce import all_failures

from intake.mail.faults import bounced
from intake.mail.headers import address_of, tidy
from intake.mail.kinds import Signs
from intake.mail.limits import LONGEST_SEARCHED, MOST_REPORTED
from intake.mail.message import BouncedAddress, Returned
from intake.mail.parsing import PARSER_FAULTS, header
from intake.mail.reports import addresses_in_text

_ADDRESS = re.compile(r"[\w.+=&'/~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,10}")
_RETURNED = re.compile(
    r"^[> \t]{0,4}(?:(?:Received|Return-Path|X-Mailer|MIME-Version):"
    r"|(?:the )?(?:original|returned|unsent) (?:message|mail) (?:follows|below)"
    r"|message (?:headers?|text|body) follows?"
    r"|[-=|*]{2,80}.{0,30}(?:original|returned|unsent|copy|below this line|message header))",
    re.IGNORECASE | re.MULTILINE,
)
_SYSTEMS = ("mailer-daemon", "postmaster", "mail-daemon", "abuse@", "support@")
_LINES_ABOUT_ONE = 8
# It logs a traceback for each letter that one of its patterns cannot read.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)


def unreached(
    signs: Signs, returned: Returned, own: tuple[str, ...], *, is_final: bool
) -> tuple[BouncedAddress, ...]:
    """The addresses of a failure or delay, from the best source that names any.

    Sources in their order: the report, ``X-Failed-Recipients``, the patterns of known mail
    systems, the letter's words, the recipients of our returned mail. ``own`` are ours.
    """
    letter = _RETURNED.split(signs.text[:LONGEST_SEARCHED], maxsplit=1)[0]
    reported = signs.report.bounced or addresses_in_text(signs.text)
    if reported:
        return tuple(_explained(each, letter, is_final=is_final) for each in reported)
    ours = {address.lower() for address in own} - set(_lower(returned.to_addresses))
    sources = (
        _ADDRESS.findall(header(signs.message, "X-Failed-Recipients")),
        _known_patterns(signs),
        _named(letter, signs.subject, returned, ours),
        list(returned.to_addresses),
    )
    found = next(filter(None, (_once(source) for source in sources)), [])
    about = [(address, _about(address, letter)) for address in found[:MOST_REPORTED]]
    return tuple(bounced(address, "", words, is_final=is_final) for address, words in about)


def _explained(one: BouncedAddress, letter: str, *, is_final: bool) -> BouncedAddress:
    """The address with the letter's words, where the report for machines gives no reason."""
    if one.diagnostic or one.address.lower() not in letter.lower():
        return one
    return bounced(one.address, one.status, _about(one.address, letter), is_final=is_final)


def _known_patterns(signs: Signs) -> list[str]:
    """What flufl.bounce finds in the letter, which it is given as plain text."""
    letter = Message()
    # One of its patterns fails where From names nobody, and ends the search of the others.
    letter["From"] = signs.sender or "mailer-daemon@system.invalid"
    letter["Subject"] = signs.subject[:200]
    letter.set_payload(signs.text[:LONGEST_SEARCHED])
    try:
        delayed, failed = all_failures(letter)
    except PARSER_FAULTS:
        return []
    named = (each.decode("ascii", "replace") for each in sorted(failed | delayed))
    return [address_of(each) for each in named]


def _named(letter: str, subject: str, returned: Returned, ours: set[str]) -> list[str]:
    """Addresses the letter names: those we wrote to, else the first that is not ours."""
    named = _once(_ADDRESS.findall(f"{letter}\n{subject}"))
    others = [each for each in named if each.lower() not in ours]
    people = [each for each in others if not each.lower().startswith(_SYSTEMS)]
    written_to = _lower(returned.to_addresses)
    return [each for each in others if each.lower() in written_to] or people[:1] or others[:1]


def _once(addresses: Iterable[str]) -> list[str]:
    return [each for each in dict.fromkeys(map(tidy, addresses)) if each]


def _lower(addresses: Iterable[str]) -> list[str]:
    return [address.lower() for address in addresses]


def _about(address: str, letter: str) -> str:
    """The lines of the letter about one address; the whole of a letter that does not name it."""
    place = letter.lower().find(address.lower())
    start = letter.rfind("\n", 0, place) + 1 if place >= 0 else 0
    lines = letter[start:].split("\n")
    return " ".join(lines[:_LINES_ABOUT_ONE] if place >= 0 else lines)
