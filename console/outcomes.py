"""What came of long work, as bytes that every desk can read: data, never code."""

from __future__ import annotations

import zlib
from typing import Any

from pydantic import TypeAdapter


def packed(value: object, of: Any) -> bytes:  # noqa: ANN401 - a type, or a form such as dict[str, int]
    """A value of a type as JSON that takes little room; bytes stay as they are."""
    if isinstance(value, bytes):
        return value
    return zlib.compress(TypeAdapter(of).dump_json(value), 1)


def unpacked(content: bytes, of: Any) -> Any:  # noqa: ANN401 - a value of that type
    """The value again."""
    if of is bytes:
        return content
    return TypeAdapter(of).validate_json(zlib.decompress(content))
