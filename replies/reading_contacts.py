"""Who else is named: who stands in, who is right, and when somebody is back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from replies.clauses import Clause
from replies.spans import DateSpan


@dataclass(frozen=True, slots=True)
class Contacts:
    """Unproved claims of a message; verify a new contact before it is used.

    `return_on` is when an absence ends, `deputy` who stands in meanwhile, `new_contact` who should
    be written to instead: an e-mail address, a telephone number or a name, or empty.
    """

    return_on: date | None = None
    deputy: str = ""
    new_contact: str = ""


def contacts_in(
    text: str, intents: Sequence[str], clauses: Sequence[Clause], dates: Sequence[DateSpan]
) -> Contacts:
    """Whom an absence note or a redirection names."""
    is_absent, is_wrong = "out_of_office" in intents, "wrong_contact" in intents
    if not is_absent and not is_wrong:
        return Contacts()
    named = _first(_ADDRESS, text) or _person(clauses) or _first(_NUMBER, text)
    days = [one.day for one in dates if one.day]
    return Contacts(
        max(days, default=None) if is_absent else None,
        named if is_absent else "",
        named if is_wrong and not is_absent else "",
    )


def _person(clauses: Sequence[Clause]) -> str:
    found = (_PERSON.search(clause.text) for clause in clauses)
    return next((match[1].strip() for match in found if match), "")


def _first(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[0].strip(" .") if match else ""


_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_NUMBER = re.compile(r"\+?\d[\d ()/-]{7,16}\d")
_PERSON = re.compile(
    r"(?:contact|colleague|reach out to|write to|call|speak to|wenden Sie sich (?:bitte )?an"
    r"|Kollegin|Kollege(?:n)?|Ansprechpartner(?:in)?(?: ist(?: jetzt| nun)?)?|contacter|joindre"
    r"|adresser à|escrib\w+ a|contactar (?:con|a)|contacte (?:con|a)|diríjase a"
    r"|collega|contact opnemen met)"
    r"\s+((?:(?:Mr|Mrs|Ms|Dr|Frau|Herrn?|M|Mme|Sr|Sra|Don|Doña|Mevrouw|Meneer|mevr|dhr)\.?\s+)?"
    r"[A-ZÄÖÜÉÈ][\w’'-]+(?:\s+(?:van|de|von|der|den|[A-ZÄÖÜÉÈ][\w’'-]+)){0,3})"
)
