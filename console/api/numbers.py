"""What stands in the addresses of the API: numbers of invoices and customers, days, cursors."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date
from typing import Annotated
from urllib.parse import unquote

from fastapi import Path, Query
from pydantic import AfterValidator, Field, WithJsonSchema

from console.reading.paging import DamagedLink

_LONGEST = 300
_MOST_ROWS = 500


def _decoded(text: str) -> str:
    # The address reaches the API as it was sent, so that a number may hold a slash.
    found = unquote(text, errors="strict")
    if "\0" in found:
        raise ValueError("holds a character no number holds")
    return found


def _kept(text: str) -> str:
    if "\0" in text:
        raise ValueError("holds a character no number holds")
    return text


Number = Annotated[
    str,
    Path(min_length=1, max_length=3 * _LONGEST),
    AfterValidator(_decoded),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": _LONGEST}),
]
Filter = Annotated[str, Query(max_length=_LONGEST), AfterValidator(_kept)]
After = Annotated[
    str, Query(max_length=2 * _LONGEST, description="`next` of the page before; empty at first.")
]
# Days that can be counted on from, either way.
Day = Annotated[date, Field(ge=date(1990, 1, 1), le=date(2100, 12, 31))]
Limit = Annotated[int, Query(ge=1, le=_MOST_ROWS, description="Rows of a page.")]


def cursor(key: str) -> str:
    """Where the next page begins."""
    return urlsafe_b64encode(key.encode()).decode().rstrip("=")


def place(after: str) -> str:
    """The key that a page begins after. Raises DamagedLink."""
    try:
        found = urlsafe_b64decode(after + "=" * (-len(after) % 4)).decode()
    except ValueError:
        found = "\0"
    if "\0" in found:
        raise DamagedLink("The cursor cannot be read; take `next` of the page before.")
    return found
