"""Reads what customers wrote, from a file, for rehearsals: JSON lines or CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, cast

from intake.rows import Rejected, UnreadableFile

LARGEST_FILE = 50_000_000
LONGEST_TEXT = 100_000
CHANNELS = ("email", "sms")


@dataclass(frozen=True, slots=True)
class ReplyFileRow:
    """One message: `sender` is an address or a customer's number, `received_at` is aware."""

    row: int
    received_at: datetime
    sender: str
    to: str
    channel: Literal["email", "sms"]
    text: str


def read_replies(path: Path) -> Iterator[ReplyFileRow | Rejected]:
    """The messages of a file with ``received_at, from, to, channel, text``.

    A moment without an offset is UTC. Raises UnreadableFile when there is no such file, or when it
    is neither JSON lines nor CSV with these columns.
    """
    for row, fields in _records(path):
        try:
            yield _reply(row, fields)
        except (KeyError, TypeError, ValueError) as error:
            kept = {name: str(value)[:200] for name, value in fields.items()}
            reason = f"It is no message: {error}." if str(error) else "It is no message."
            yield Rejected(row, "", "REPLY_UNREADABLE", reason, kept)


def _records(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise UnreadableFile(f"{path.name} is larger than {LARGEST_FILE // 1_000_000} MB.")
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise UnreadableFile(f"{path.name} cannot be read: {error.strerror or error}.") from None
    except UnicodeDecodeError:
        raise UnreadableFile(f"{path.name} is not UTF-8 text.") from None
    if text.lstrip()[:1] in ("{", "["):
        yield from _json_records(path, text)
        return
    lines = csv.DictReader(text.splitlines(keepends=True))
    missing = {"received_at", "from", "text"} - set(lines.fieldnames or ())
    if missing:
        raise UnreadableFile(f"{path.name} lacks the column {', '.join(sorted(missing))}.")
    yield from ((number, line) for number, line in enumerate(lines, start=2))


def _json_records(path: Path, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    try:
        if text.lstrip().startswith("["):
            told = json.loads(text)
        else:
            told = [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError):
        raise UnreadableFile(f"{path.name} holds a line that is no JSON.") from None
    for number, one in enumerate(told, start=1):
        yield number, one if isinstance(one, dict) else {}


def _reply(row: int, fields: Mapping[str, Any]) -> ReplyFileRow:
    received = datetime.fromisoformat(str(fields["received_at"]).strip())
    channel = str(fields.get("channel") or "email").strip().lower()
    if channel not in CHANNELS:
        raise ValueError(f"{channel[:20]!r} is no channel")
    sender = str(fields.get("from") or "").strip()
    if not sender:
        raise ValueError("nobody is named as its sender")
    return ReplyFileRow(
        row=row,
        received_at=received if received.tzinfo else received.replace(tzinfo=UTC),
        sender=sender[:320],
        to=str(fields.get("to") or "").strip()[:320],
        channel=cast("Literal['email', 'sms']", channel),
        text=str(fields["text"])[:LONGEST_TEXT],
    )
