"""Reads replies from a file without touching the books: `duncan classify`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from commands import printing
from replies.reading import Reading, read_reply

_LONGEST_LINE = 1_000_000
_FIRST_YEAR, _LAST_YEAR = 1970, 2200
_CHANNELS: dict[str, Literal["email", "sms"]] = {"email": "email", "sms": "sms"}


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line of the file that could not be read, and why."""

    number: int
    why: str


def classify_file(file: Path) -> Iterator[dict[str, Any] | BadLine]:
    """The answer to each line of a JSON Lines file, in order; a bad line loses no other.

    A line is ``{"id", "channel", "received_at", "text", "locale"?, "subject"?, "invoices"?}``.
    Raises OSError when the file cannot be read.
    """
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield _answer(number, line)


def classify(file: Path, to: str | None) -> bool:
    """Print one JSON object a line, or write them to `to`; False when a line was bad."""
    good: list[str] = []
    is_clean = True
    for answer in classify_file(file):
        if isinstance(answer, BadLine):
            printing.complain(f"{file.name}, line {answer.number}: {answer.why}")
            is_clean = False
        else:
            # Half a surrogate pair is legal JSON and no text.
            told_it = json.dumps(answer, ensure_ascii=False)
            good.append(told_it.encode("utf-8", "replace").decode())
    text = "".join(line + "\n" for line in good)
    if to is None or to == printing.STDOUT:
        printing.out.file.write(text)
    else:
        Path(to).write_text(text, encoding="utf-8")
    return is_clean


def told(name: str | int, reading: Reading) -> dict[str, Any]:
    """A reading with the keys of the contract, and what else it found."""
    return {
        "id": name,
        "intents": list(reading.intents),
        "promised_date": _day(reading.promised_date),
        "promised_amount": _major_units(reading.promised_amount),
        "stop_contact": reading.stop_contact,
        "confidence": reading.confidence,
        "evidence": [
            {"intent": one.intent, "text": one.text, "rule": one.rule, "invoices": one.invoices}
            for one in reading.evidence
        ],
        "new_text": reading.new_text,
        "language": reading.language,
        "promised_fraction": str(reading.promised_fraction or "") or None,
        "dispute_reason": reading.dispute_reason or None,
        "flags": list(reading.flags),
        "return_on": _day(reading.contacts.return_on),
        "deputy": reading.contacts.deputy or None,
        "new_contact": reading.contacts.new_contact or None,
        "needs_person": reading.needs_person,
        "doubts": list(reading.doubts),
        "classifier": reading.classifier,
    }


def _answer(number: int, line: bytes) -> dict[str, Any] | BadLine:
    if len(line) > _LONGEST_LINE:
        return BadLine(number, f"It is longer than {_LONGEST_LINE:,} bytes.")
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return BadLine(number, "It is not UTF-8.")
    except (ValueError, RecursionError):
        return BadLine(number, "It is no JSON.")
    why = _what_is_wrong(row)
    return BadLine(number, why) if why else told(row["id"], _read(row))


def _what_is_wrong(row: object) -> str:
    if not isinstance(row, dict):
        return "It is no JSON object."
    if not isinstance(row.get("id"), str | int):
        return '"id" is missing or no text.'
    for key in ("channel", "received_at", "text"):
        if not isinstance(row.get(key), str):
            return f'"{key}" is missing or no text.'
    for key in ("locale", "subject"):
        if not isinstance(row.get(key) or "", str):
            return f'"{key}" is no text.'
    return _what_is_unknown(row)


def _what_is_unknown(row: dict[str, Any]) -> str:
    if row["channel"] not in _CHANNELS:
        return f'"channel" is {row["channel"]!r}; it must be email or sms.'
    if not _is_list_of_texts(row.get("invoices") or []):
        return '"invoices" is no list of texts.'
    if not _moment(row["received_at"]):
        return '"received_at" is no moment such as 2026-03-31T09:00:00+02:00.'
    return ""


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        return None
    # Days are reckoned from the date as it was written, so a missing zone does no harm.
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _read(row: dict[str, Any]) -> Reading:
    received_at = _moment(row["received_at"])
    assert received_at is not None, "the line was checked"
    return read_reply(
        row["text"],
        received_at=received_at,
        channel=_CHANNELS[row["channel"]],
        locale=row.get("locale") or "",
        known_invoices=row.get("invoices") or (),
        subject=row.get("subject") or "",
    )


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _major_units(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"
