"""Letters: turns what is to be said into the words a customer reads, by e-mail or SMS."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from css_inline import CSSInliner
from jinja2 import TemplateError

from activities.letter_documents import LetterDocuments
from activities.letter_own_words import (
    MOST_SMS_SEGMENTS,
    check_up_to_date,
    html_of_own,
    problem_of,
    text_of_own,
    words_to_edit,
)
from activities.letter_request import Attachment, LetterRequest, OwnWords, RenderedLetter
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
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path


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

    def words_to_edit(self, request: LetterRequest) -> OwnWords | None:
        """The words a person may write over, with the blocks that stay; None where none may.

        Raises LetterError as `render` does.
        """
        plain = replace(request, own_words=None)
        locale = self._templates.nearest_locale(request.letter, request.locale)
        words = self._words(plain, locale)
        name, channel = request.letter, request.channel
        before = words_to_edit(self._templates, name, locale, words, channel)
        # Words without a greeting of their own are given by a law or by the mail they answer.
        free = channel == "sms" or "{{ greeting }}" in before.text
        fixed = self.documents.settings_of(name).fixed_words
        return before if free and not fixed else None

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
        if request.own_words:
            self._check_own(request, request.own_words)
            return plain_sms(" ".join(request.own_words.text.split()))
        words = letter_words(request, wording_for(request.locale, locale))
        return plain_sms(self._templates.line(request.letter, locale, "sms.txt", words))

    def _email(self, request: LetterRequest, locale: str) -> RenderedLetter:
        listed = self._items_file(request, locale)
        printed = self.documents.attachments(request)
        words, own = self._words(request, locale, listed, printed), request.own_words
        name, templates = request.letter, self._templates
        if own:
            self._check_own(request, own)
            subject, text = own.subject, text_of_own(templates, locale, own, words)
            html = html_of_own(templates, locale, own, words | {"subject": subject})
        else:
            subject = templates.line(name, locale, "subject.txt", words)
            text = templates.text(name, locale, "body.txt", words)
            html = templates.html(name, locale, "body.html", words | {"subject": subject})
        attachments = (*request.enclosures, *printed, *([listed] if listed else ()))
        return RenderedLetter(subject, text, self._inliner.inline(html), attachments)

    def _words(
        self,
        request: LetterRequest,
        locale: str,
        listed: Attachment | None = None,
        printed: Sequence[Attachment] = (),
    ) -> dict[str, object]:
        wording = wording_for(request.locale, locale)
        return letter_words(request, wording) | {
            "items_file": given("items_file", listed.name if listed else ""),
            "document": given("document", wording.joined([one.name for one in printed])),
            "document_link": given("document_link", self.documents.link(request)),
        }

    def _check_own(self, request: LetterRequest, own: OwnWords) -> None:
        """Raises LetterError where they may not go out as they stand."""
        before = self.words_to_edit(request)
        if before is None:
            raise LetterError(f"The words of the letter {request.letter} are fixed.")
        check_up_to_date(own, before)
        problem = problem_of(own, before, request.channel)
        if problem:
            raise LetterError(problem)

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
