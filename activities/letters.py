"""Letters: turns what is to be said into the words a customer reads, by e-mail or SMS."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from css_inline import CSSInliner
from jinja2 import TemplateError

from activities.letter_documents import LetterDocuments
from activities.letter_request import Attachment, LetterRequest, RenderedLetter
from activities.letter_samples import letter_samples
from activities.letter_templates import LetterError, LetterTemplates
from activities.letter_vocabulary import unknown_words
from activities.letter_words import given, letter_words
from activities.open_items_file import (
    ItemsFileWords,
    items_file,
    items_file_name,
    needs_items_file,
)
from activities.sms_segments import plain_sms, segment_count
from activities.wording import wording_for

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

# Carriers bill by segment; longer than this, a text belongs in an e-mail.
MOST_SMS_SEGMENTS = 3


class Letters:
    """The letters of one folder ``<letter>/<locale>/``; compiled once, safe to share by threads."""

    def __init__(self, templates_folder: Path) -> None:
        """Take the folder ``templates/letters``; documents come from the folder beside it.

        Raises LetterError when it holds no letter, and on a ``letter.toml`` that is wrong.
        """
        self.folder = templates_folder
        self._templates = LetterTemplates(templates_folder)
        self.documents = LetterDocuments(templates_folder, self._templates)
        self._inliner = CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)

    def names(self) -> frozenset[str]:
        """The letters there are."""
        return frozenset(self._templates.locales)

    def goes_by_sms(self, letter: str, locale: str) -> bool:
        """Whether the letter has words for SMS in the locale it would be written in."""
        return self._templates.has(
            letter, self._templates.nearest_locale(letter, locale), "sms.txt"
        )

    def states_claims(self, letter: str) -> bool:
        """Whether the letter's words state what is claimed beside the invoices."""
        return self.documents.settings_of(letter).states_claims

    def render(self, request: LetterRequest) -> RenderedLetter:
        """The finished letter in the nearest locale there is ("de_AT", then "de", then "en").

        Raises LetterError on an unknown letter, a missing or broken template, and a value the
        template prints but the request does not give.
        """
        locale = self._templates.nearest_locale(request.letter, request.locale)
        if request.channel == "sms":
            return RenderedLetter("", self._sms(request, locale), "", ())
        return self._email(request, locale)

    def check(self) -> list[str]:
        """What is wrong with the letters, a sentence each.

        Writes every letter in every locale with sample data, its PDFs too, and looks for words
        that nobody gives in the branches that no sample takes.
        """
        return self.check_some(self._templates.locales)

    def check_some(self, letters: Collection[str]) -> list[str]:
        """What is wrong with these letters of those there are, a sentence each."""
        problems = (
            problem
            for letter, locales in sorted(self._templates.locales.items())
            if letter in letters
            for locale in sorted(locales)
            for problem in (*self._untried(letter, locale), *self._tried(letter, locale))
        )
        return list(dict.fromkeys(problems))

    def _sms(self, request: LetterRequest, locale: str) -> str:
        words = letter_words(request, wording_for(request.locale, locale))
        return plain_sms(self._templates.line(request.letter, locale, "sms.txt", words))

    def _email(self, request: LetterRequest, locale: str) -> RenderedLetter:
        wording = wording_for(request.locale, locale)
        words = letter_words(request, wording)
        subject = self._templates.line(request.letter, locale, "subject.txt", words)
        listed = self._items_file(request, locale)
        printed = self.documents.attachments(request)
        words |= {
            "items_file": given("items_file", listed.name if listed else ""),
            "document": given("document", wording.joined([one.name for one in printed])),
            "document_link": given("document_link", self.documents.link(request)),
        }
        text = self._templates.text(request.letter, locale, "body.txt", words)
        words["subject"] = subject
        html = self._templates.html(request.letter, locale, "body.html", words)
        attachments = (*request.enclosures, *printed, *([listed] if listed else ()))
        return RenderedLetter(subject, text, self._inliner.inline(html), attachments)

    def _items_file(self, request: LetterRequest, locale: str) -> Attachment | None:
        if not needs_items_file(request):
            return None
        page = self._templates.write("_blocks", locale, "items_file_words.txt", {})
        words = ItemsFileWords.parse(page)
        name = items_file_name(words, request)
        return Attachment(name, "text/csv", items_file(words, request))

    def _untried(self, letter: str, locale: str) -> Iterator[str]:
        for file in self._templates.files(letter, locale):
            known = {"subject"} if file.endswith(".html") else set()
            sample = next(letter_samples(letter, locale))
            names = letter_words(sample, wording_for(locale, locale)).keys() | known
            try:
                unknown = list(unknown_words(self._templates.tree, file, names))
            except TemplateError:
                # The samples find it, and say where it is.
                continue
            yield from (
                f"The letter {letter} ({locale}) cannot be written: {one}." for one in unknown
            )

    def _tried(self, letter: str, locale: str) -> Iterator[str]:
        for sample in letter_samples(letter, locale):
            try:
                self.render(sample)
                if self.goes_by_sms(letter, locale):
                    text = self.render(replace(sample, channel="sms")).text
                    if segment_count(text) > MOST_SMS_SEGMENTS:
                        yield f"The SMS of {letter} ({locale}) is too long: {text}"
            except LetterError as error:
                yield str(error)
