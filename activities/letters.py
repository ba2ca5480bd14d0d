"""Letters: turns what is to be said into the words a customer reads, by e-mail or SMS."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from css_inline import CSSInliner

from activities.letter_request import (
    Attachment,
    Creditor,
    LetterItem,
    LetterRequest,
    RenderedLetter,
)
from activities.letter_templates import LetterError, LetterTemplates
from activities.letter_words import letter_words
from activities.open_items_file import (
    ItemsFileWords,
    items_file,
    items_file_name,
    needs_items_file,
)
from activities.sms_segments import plain_sms, segment_count
from activities.wording import wording_for
from dunning.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Carriers bill by segment; longer than this, a text belongs in an e-mail.
MOST_SMS_SEGMENTS = 3


class Letters:
    """The letters of one folder ``<letter>/<locale>/``; compiled once, safe to share by threads."""

    def __init__(self, templates_folder: Path) -> None:
        """Take the folder ``templates/letters``; raises LetterError when it holds no letter."""
        self._templates = LetterTemplates(templates_folder)
        self._inliner = CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)

    def goes_by_sms(self, letter: str, locale: str) -> bool:
        """Whether the letter has words for SMS in the locale it would be written in."""
        return self._templates.has(
            letter, self._templates.nearest_locale(letter, locale), "sms.txt"
        )

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
        """Write every letter in every locale with sample data; what is wrong, a sentence each."""
        problems = (
            problem
            for letter, locales in sorted(self._templates.locales.items())
            for locale in sorted(locales)
            for sample in _samples(letter, locale)
            for problem in self._problems(sample)
        )
        return list(dict.fromkeys(problems))

    def _sms(self, request: LetterRequest, locale: str) -> str:
        words = letter_words(request, wording_for(request.locale, locale), "")
        return plain_sms(self._templates.line(request.letter, locale, "sms.txt", words))

    def _email(self, request: LetterRequest, locale: str) -> RenderedLetter:
        listed = self._items_file(request, locale)
        wording = wording_for(request.locale, locale)
        words = letter_words(request, wording, listed.name if listed else "")
        subject = self._templates.line(request.letter, locale, "subject.txt", words)
        text = self._templates.text(request.letter, locale, "body.txt", words)
        words["subject"] = subject
        html = self._templates.html(request.letter, locale, "body.html", words)
        attachments = (*request.enclosures, listed) if listed else request.enclosures
        return RenderedLetter(subject, text, self._inliner.inline(html), attachments)

    def _items_file(self, request: LetterRequest, locale: str) -> Attachment | None:
        if not needs_items_file(request):
            return None
        page = self._templates.write("_blocks", locale, "items_file_words.txt", {})
        words = ItemsFileWords.parse(page)
        name = items_file_name(words, request)
        return Attachment(name, "text/csv", items_file(words, request))

    def _problems(self, sample: LetterRequest) -> Iterator[str]:
        try:
            self.render(sample)
            if self.goes_by_sms(sample.letter, sample.locale):
                text = self.render(replace(sample, channel="sms")).text
                if segment_count(text) > MOST_SMS_SEGMENTS:
                    yield f"The SMS of {sample.letter} ({sample.locale}) is too long: {text}"
        except LetterError as error:
            yield str(error)


def _samples(letter: str, locale: str) -> Iterator[LetterRequest]:
    """A letter with the least a request may give, and one with everything, many times over."""
    least = _smallest_sample(letter, locale)
    day = least.today
    yield least
    yield replace(
        least,
        level=5,
        contact_name="E F",
        creditor=replace(least.creditor, phone="+1 202 555 0100", sender_title="AR"),
        overdue=_sample_items(30, day - timedelta(days=40), day),
        previous_contacts=(day - timedelta(days=20), day - timedelta(days=9)),
        broken_promise=day - timedelta(days=2),
        consequence="Deliveries stop.",
        enclosures=(Attachment("a.pdf", "application/pdf", b"%PDF"),),
    )


def _smallest_sample(letter: str, locale: str) -> LetterRequest:
    day = date(2026, 3, 3)
    return LetterRequest(
        letter=letter,
        locale=locale,
        level=0,
        channel="email",
        customer="C1",
        customer_name="Customer Ltd",
        contact_name="",
        creditor=Creditor("Sample Ltd", "1 Row", "ar@a.example", "", "IBAN 1", "A B", "", "C D"),
        today=day,
        overdue=_sample_items(1, day - timedelta(days=40), day),
        upcoming=_sample_items(1, day, day),
        new=_sample_items(1, day + timedelta(days=30), day),
        act_by=day + timedelta(days=10),
        previous_contacts=(),
        broken_promise=None,
        reply_to="reply@a.example",
    )


def _sample_items(count: int, due: date, today: date) -> tuple[LetterItem, ...]:
    """Items of two currencies in turn, partly paid and partly in dispute."""
    return tuple(
        LetterItem(
            invoice=f"INV-{number}",
            issue_date=due - timedelta(days=30),
            due_date=due,
            amount=Money(120_000, currency),
            balance=Money(80_000, currency),
            days_overdue=(today - due).days,
            reference="PO 7",
            disputed=Money(10_000, currency),
        )
        for number, currency in zip(range(count), ("EUR", "USD") * count, strict=False)
    )
