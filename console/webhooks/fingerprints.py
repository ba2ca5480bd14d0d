"""Fingerprints: by which a thing that is delivered again is known to be the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

_BOUNDARY = re.compile(r'boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))', re.IGNORECASE)
# The name comes first: what a customer called an attachment cannot pass for it.
_NAME = re.compile(rb'form-data;[ \t]*name="?([^";\r\n]*)', re.IGNORECASE)
_LONGEST_HEAD = 2_000
# What makes a raw inbound mail: the mail itself, and for which of our addresses it came.
_RAW_MAIL = {b"email", b"envelope"}
# Another opinion on the same mail does not make it another mail.
_OPINIONS = (b"spam_score", b"spam_report")


def of_bytes(kind: str, body: bytes) -> str:
    """The fingerprint of what is the same only byte for byte."""
    return f"{kind}:{sha256(body).hexdigest()}"


def of_values(kind: str, values: Iterable[str]) -> str:
    """The fingerprint of what a few values identify."""
    lengths = "".join(f"{len(value)}:{value}" for value in values)
    return f"{kind}:{sha256(lengths.encode('utf-8', 'backslashreplace')).hexdigest()}"


def of_form(kind: str, fields: Mapping[str, str], names: Iterable[str], body: bytes) -> str:
    """The fingerprint by the named fields; by all of the body when one of them is missing."""
    values = [fields.get(name, "") for name in names]
    return of_values(kind, values) if all(values) else of_bytes(kind, body)


def of_multipart(kind: str, body: bytes, content_type: str) -> str:
    """The fingerprint of a posted mail, whatever its boundary and the order of its parts.

    By the mail as it was received and its envelope; without these, by all parts but spam scores.
    """
    found = _BOUNDARY.search(content_type)
    boundary = (found[1] or found[2]).encode("latin-1", "replace") if found else b""
    parts = list(_parts(body, b"--" + boundary)) if boundary else []
    if any(name == b"email" for name, _ in parts):
        parts = [part for part in parts if part[0] in _RAW_MAIL]
    else:
        parts = [part for part in parts if part[0] not in _OPINIONS]
    if not parts:
        return of_bytes(kind, body)
    return of_bytes(kind, b"".join(sorted(digest for _, digest in parts)))


def _parts(body: bytes, delimiter: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The name and the digest of what stands between two delimiters, without copying it."""
    view = memoryview(body)
    start = body.find(delimiter)
    while start >= 0:
        start += len(delimiter)
        end = body.find(delimiter, start)
        if end < 0:
            return
        head = body.find(b"\r\n\r\n", start, min(end, start + _LONGEST_HEAD))
        name = _NAME.search(body, start, max(start, head))
        yield (name[1] if name else b""), sha256(view[start:end]).digest()
        start = end
