"""What kind of file is kept as evidence, by its content: its name says nothing."""

from __future__ import annotations

from dunning.may import NotAllowed

# Beginnings of files, as their formats' own specifications give them.
_BEGINNINGS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"PK\x03\x04", "application/zip"),
    # Older documents and saved messages of office programs.
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
)
_ACTIVE = (b"<html", b"<!doctype", b"<script", b"<svg", b"<?xml", b"#!")
_LOOKED_AT_BYTES = 2_048


def kind_of(content: bytes) -> str:
    """The media type of a file people keep with a dispute.

    PDF, PNG, JPEG, TIFF, office documents (ZIP and the older form), saved messages and plain text.
    Raises NotAllowed for anything else, such as programs and pages.
    """
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return kind
    if _is_text(content):
        return "text/plain"
    raise NotAllowed(
        "This kind of file is not kept: take a PDF, a picture (PNG, JPEG, TIFF), an office"
        " document, a saved e-mail or plain text."
    )


def _is_text(content: bytes) -> bool:
    if b"\0" in content:
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    begun = content[:_LOOKED_AT_BYTES].lstrip().lower()
    return not begun.startswith(_ACTIVE)
