"""The files of a previewed letter: HTML, text, list, and its PDF with pictures of its pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from activities.documents.words import DocumentError
from activities.letter_documents import LetterDocuments
from activities.letter_request import LetterRequest, RenderedLetter
from activities.letter_templates import LetterError

# Long documents repeat themselves.
_PICTURED = 2


@dataclass(frozen=True)
class Part:
    """One file of a letter and the word its link reads."""

    link: str
    suffix: str
    content: bytes


def email_parts(letter: RenderedLetter) -> Iterator[Part]:
    """The HTML, the text with its subject, and every attached list and PDF."""
    yield Part("letter", "html", letter.html.encode())
    yield Part("text", "txt", f"Subject: {letter.subject}\n\n{letter.text}".encode())
    lists = [file for file in letter.attachments if file.media_type == "text/csv"]
    yield from (Part("list", "csv", file.content) for file in lists)


def pages(documents: LetterDocuments, request: LetterRequest) -> Iterator[Part]:
    """The letter's PDF, attached or linked, and pictures of its first pages.

    Of several invoices the first stands for all. Raises LetterError when it cannot be printed.
    """
    for document in documents.listed(request)[:1]:
        try:
            yield Part("PDF", "pdf", documents.printer.pdf(document))
            pictures = documents.printer.pictures(document)[:_PICTURED]
        except DocumentError as error:
            raise LetterError(str(error)) from error
        for page, picture in enumerate(pictures, start=1):
            yield Part(f"page {page}", f"{page}.png", picture)
