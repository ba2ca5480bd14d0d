"""What an evidence pack still holds, although the books erased it since."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from commands.audit.pack_file import unpacked
from ledger.erased import MESSAGE_, erased_in, erased_of_stream

_SAMPLE = re.compile(r"samples/([^/]+)/facts\.json")
_MESSAGE = re.compile(r"samples/([^/]+)/messages/([^/]+)\.json")


def erased_since(path: Path, connection: Connection) -> list[str]:
    """Facts and messages of a whole pack that the books have erased since it was made.

    Each says which, when it was erased and by whom. Raises UnusablePack for another file.
    """
    files = unpacked(path)
    found: list[str] = []
    for name in sorted(files):
        if _SAMPLE.fullmatch(name):
            found += _facts(json.loads(files[name]), connection)
    attempts = {hit[2] for name in files if (hit := _MESSAGE.fullmatch(name))}
    gone = erased_in(connection, MESSAGE_, sorted(attempts))
    return found + [f"message {attempt} {when}" for attempt, when in sorted(gone.items())]


def since_sentence(gone: Sequence[str]) -> str:
    """The same for people."""
    if not gone:
        return "The books have erased nothing of it since."
    said = (
        f"The books have erased {len(gone)} of these facts and messages since; the pack still has"
        " their words, so keep it no longer than it is needed:"
    )
    return "\n- ".join([said, *gone])


def _facts(told: dict[str, Any], connection: Connection) -> Iterator[str]:
    stream, before = str(told["stream"]), (told.get("erased") or {}).get("facts") or {}
    numbers = {int(one["number"]) for one in told["facts"]}
    for number, when in sorted(erased_of_stream(connection, stream).items()):
        if number in numbers and str(number) not in before:
            yield f"{stream} fact {number} {when}"
