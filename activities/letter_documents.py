"""The PDFs that go with a letter: which ones, with which numbers, and what a notice says."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TypedDict

from activities.documents.printer import Documents
from activities.documents.request import (
    Document,
    InvoiceDocument,
    NoticeDocument,
    StatementDocument,
)
from activities.documents.words import DocumentError
from activities.letter_request import Attachment, Creditor, LetterRequest
from activities.letter_settings import LetterSettings, read_letter_settings
from activities.letter_templates import LetterError, LetterTemplates
from activities.letter_words import letter_words
from activities.wording import wording_for

# More new invoices than these in one letter are in its list; mailboxes refuse a heap of files.
MOST_INVOICES = 10
# A notice has three parts: before the items, after them, and after how to pay.
_PARTS = 3
_NOTICE = "notice.txt"
SHIPPED_DOCUMENTS = Path(__file__).parents[1] / "templates" / "documents"
_NO_SETTINGS = LetterSettings()


class _Head(TypedDict):
    locale: str
    creditor: Creditor
    customer: str
    customer_name: str
    contact_name: str
    customer_address: str


class LetterDocuments:
    """The PDFs of the letters of one folder, printed with the typst templates beside it."""

    def __init__(self, letters_folder: Path, templates: LetterTemplates) -> None:
        """Read every ``letter.toml``, and the folder ``documents`` beside, else the shipped one.

        Raises LetterError on a letter's settings, or words of the documents, that are wrong.
        """
        beside = letters_folder.parent / "documents"
        self._templates = templates
        self._settings = read_letter_settings(letters_folder)
        try:
            self.printer = Documents(beside if beside.is_dir() else SHIPPED_DOCUMENTS)
        except DocumentError as error:
            raise LetterError(str(error)) from error

    def attachments(self, request: LetterRequest) -> tuple[Attachment, ...]:
        """The PDFs to attach; none where the letter links them. Raises LetterError."""
        if self.link(request):
            return ()
        discreet = self._of(request).discreet
        return tuple(self._attachment(one, discreet=discreet) for one in self.listed(request))

    def link(self, request: LetterRequest) -> str:
        """Where the letter's PDF is to be found, "" where it is attached or there is none."""
        settings = self._of(request)
        is_linked = settings.delivery == "link" and _goes_along(request, settings)
        return request.document_link if is_linked else ""

    def listed(self, request: LetterRequest) -> list[Document]:
        """What is printed for a letter, attached or linked; raises LetterError."""
        settings = self._of(request)
        if not _goes_along(request, settings):
            return []
        match settings.document:
            case "invoice":
                return _invoices(request)
            case "notice":
                return [self._notice(request)]
            case "statement":
                return [_statement(request)]
            case "":
                return []

    def settings_of(self, letter: str) -> LetterSettings:
        """What the letter's own file says, or the usual."""
        return self._settings.get(letter, _NO_SETTINGS)

    def _of(self, request: LetterRequest) -> LetterSettings:
        return self.settings_of(request.letter)

    def _attachment(self, document: Document, *, discreet: bool) -> Attachment:
        try:
            content = self.printer.pdf(document)
        except DocumentError as error:
            raise LetterError(str(error)) from error
        name = self.printer.file_name(document, discreet=discreet)
        return Attachment(name, "application/pdf", content)

    def _notice(self, request: LetterRequest) -> NoticeDocument:
        locale = self._templates.nearest_locale(request.letter, request.locale)
        words = letter_words(request, wording_for(request.locale, locale))
        page = self._templates.write(request.letter, locale, _NOTICE, words)
        title, _, text = page.strip().partition("\n")
        parts = re.split(r"^---$", text, flags=re.MULTILINE)
        if len(parts) != _PARTS:
            raise LetterError(
                f"The letter {request.letter} ({locale}) cannot be written: {_NOTICE} needs two "
                f'lines "---", where the items and where the payment details stand.'
            )
        before, after, closing = (_paragraphs(part) for part in parts)
        return NoticeDocument(
            **_head(request),
            number=document_number(request),
            today=request.today,
            title=title,
            before=before,
            after=after,
            closing=closing,
            items=request.overdue,
        )


def document_number(request: LetterRequest) -> str:
    """The number given, else one that follows from customer, day and level: the same every time.

    It starts with day and level, as people file it: ``20260414-5-9C3F21``.
    """
    if request.document_number:
        return request.document_number
    name = f"{request.customer}\x1f{request.today}\x1f{request.level}\x1f{request.letter}"
    digest = hashlib.sha256(name.encode()).hexdigest()[:6].upper()
    return f"{request.today:%Y%m%d}-{request.level}-{digest}"


def _goes_along(request: LetterRequest, settings: LetterSettings) -> bool:
    """Whether PDFs of ours go with the letter; an original that is enclosed goes instead."""
    if request.channel != "email" or request.level < settings.from_level:
        return False
    if settings.document == "invoice":
        return not request.enclosures and 0 < len(request.new) <= MOST_INVOICES
    return settings.document == "statement" or bool(request.overdue)


def _invoices(request: LetterRequest) -> list[Document]:
    return [
        InvoiceDocument(**_head(request), number=item.invoice, today=item.issue_date, item=item)
        for item in request.new
    ]


def _statement(request: LetterRequest) -> StatementDocument:
    return StatementDocument(
        **_head(request),
        number=document_number(request),
        today=request.today,
        items=(*request.overdue, *request.upcoming, *request.new),
        unapplied=request.unapplied,
        claims=request.claims,
    )


def _head(request: LetterRequest) -> _Head:
    return _Head(
        locale=request.locale,
        creditor=request.creditor,
        customer=request.customer,
        customer_name=request.customer_name,
        contact_name=request.contact_name,
        customer_address=request.customer_address,
    )


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(one for one in re.split(r"\n\s*\n", text.strip()) if one.strip())
