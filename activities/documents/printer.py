"""Documents: prints an invoice, a dunning notice or a statement of account as PDF/A."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import typst

from activities.documents.contents import invoice_contents, notice_contents, statement_contents
from activities.documents.request import (
    Document,
    InvoiceDocument,
    NoticeDocument,
    StatementDocument,
)
from activities.documents.words import DocumentError, DocumentWords, read_words, words_for

# PDF/A-2b keeps for as long as the books; PDF/UA-1 can be read aloud.
_ARCHIVE: list[str] = ["a-2b"]
_READ_ALOUD: list[str] = ["ua-1"]
# Tags grow with every cell, and nobody has thousands of rows read aloud.
_MOST_TAGGED_ROWS = 500
_LACKING = re.compile(r'the text `"((?:[^"\\]|\\.)+)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
# A sign that no font has shows as this; an archive format takes no empty boxes.
_NO_GLYPH = "?"
_TRIES = 20
_PICTURE_PPI = 110


@dataclass(frozen=True)
class _Sheet:
    """A template and its data; long ones go without tags."""

    template: str
    data: str
    is_long: bool


class Documents:
    """The documents of one folder of typst templates; safe to share by threads.

    Fonts are those inside typst and those in the folder ``fonts`` beside the templates, never the
    machine's: the same document has the same bytes everywhere.
    """

    def __init__(self, folder: Path) -> None:
        """Take the folder ``templates/documents``; raises DocumentError on words that lack some."""
        self._folder = folder
        self._words = read_words(folder / "words")
        fonts = folder / "fonts"
        self._fonts = typst.Fonts(
            include_system_fonts=False, font_paths=[fonts] if fonts.is_dir() else []
        )

    def invoice_pdf(self, invoice: InvoiceDocument) -> bytes:
        """The invoice, or a payment sheet; raises DocumentError when it cannot be printed."""
        return self.pdf(invoice)

    def notice_pdf(self, notice: NoticeDocument) -> bytes:
        """The dunning notice; raises DocumentError when it cannot be printed."""
        return self.pdf(notice)

    def statement_pdf(self, statement: StatementDocument) -> bytes:
        """The statement of account; raises DocumentError when it cannot be printed."""
        return self.pdf(statement)

    def pdf(self, document: Document) -> bytes:
        """Whichever document it is; raises DocumentError when it cannot be printed."""
        return self._print(document)[0]

    def pictures(self, document: Document) -> list[bytes]:
        """Every page of its PDF as PNG, to look at; raises DocumentError when there is none."""
        _, sheet = self._print(document)
        pages = self._compile(sheet, format="png", ppi=_PICTURE_PPI)
        # One page comes as itself, several come as a list; the types of typst know only the first.
        return [pages] if isinstance(pages, bytes) else list(pages)

    def file_name(self, document: Document, *, discreet: bool = False) -> str:
        """A name every file system takes, in the reader's language: ``mahnung-2026-1.pdf``.

        A discreet one tells a bystander nothing: ``schreiben-2026-1.pdf``.
        """
        kind = "letter" if discreet else _kind(document)
        stem = words_for(self._words, document.locale).say(f"files.{kind}")
        number = re.sub(r"[^A-Za-z0-9._-]+", "-", document.number).strip("-.")
        return f"{stem}-{number or document.today.isoformat()}.pdf"

    def _print(self, document: Document) -> tuple[bytes, _Sheet]:
        """The PDF; what no font can show is replaced, because the archive format refuses it."""
        sheet = self._sheet(document)
        for _ in range(_TRIES):
            try:
                return self._pdf(document, sheet), sheet
            except typst.TypstError as error:
                sheet = replace(sheet, data=_without(_lacking(error, sheet), sheet.data))
        raise DocumentError(f"{sheet.template} cannot be printed: no font shows its signs.")

    def _sheet(self, document: Document) -> _Sheet:
        words = words_for(self._words, document.locale)
        contents = _contents(document, words)
        rows = len(contents["items"]["rows"])
        data = json.dumps(contents, ensure_ascii=False)
        return _Sheet(f"{_kind(document)}.typ", data, is_long=rows > _MOST_TAGGED_ROWS)

    def _pdf(self, document: Document, sheet: _Sheet) -> bytes:
        printed: bytes = self._compile(
            sheet,
            pdf_standards=_ARCHIVE if sheet.is_long else [*_ARCHIVE, *_READ_ALOUD],
            pdf_tags=not sheet.is_long,
            timestamp=datetime.combine(document.today, time(), UTC),
        )
        return printed

    def _compile(self, sheet: _Sheet, **options: Any) -> Any:  # noqa: ANN401 - typst's own options
        return typst.compile(
            self._folder / sheet.template,
            root=self._folder,
            font_paths=self._fonts,
            ignore_system_fonts=True,
            sys_inputs={"data": sheet.data},
            **options,
        )


def _kind(document: Document) -> str:
    match document:
        case InvoiceDocument():
            return "invoice"
        case NoticeDocument():
            return "notice"
        case StatementDocument():
            return "statement"
    raise AssertionError(f"{type(document).__name__} has no template")


def _contents(document: Document, words: DocumentWords) -> dict[str, Any]:
    match document:
        case InvoiceDocument():
            return invoice_contents(document, words)
        case NoticeDocument():
            return notice_contents(document, words)
        case StatementDocument():
            return statement_contents(document, words)
    raise AssertionError(f"{type(document).__name__} has no contents")


def _lacking(error: typst.TypstError, sheet: _Sheet) -> set[str]:
    """What no font shows; raises DocumentError when it failed for another reason."""
    lacking = {_unescaped(text) for text in _LACKING.findall(error.diagnostic)}
    if not lacking:
        why = " ".join(str(error).split()).rstrip(".")
        raise DocumentError(f"{sheet.template} cannot be printed: {why}.") from error
    return lacking


def _without(lacking: set[str], data: str) -> str:
    for text in sorted(lacking, key=len, reverse=True):
        data = data.replace(text, _NO_GLYPH)
    return data


def _unescaped(text: str) -> str:
    """What a message of typst quotes, as it stands in the data."""
    shown = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return json.dumps(shown.replace('\\"', '"').replace("\\\\", "\\"), ensure_ascii=False)[1:-1]
