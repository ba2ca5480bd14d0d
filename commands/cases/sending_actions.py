"""Sending before the cadence would, and in a person's own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from activities.letter_own_words import problem_of
from activities.letter_request import OwnWords
from commands.acting import Acting, Done
from commands.authority import Changed, needs
from commands.sending.coming import Looked, letters_in_force, looked_at
from dunning.case import Case
from dunning.facts import InvoiceFact
from dunning.may import NotAllowed, may
from dunning.touch_facts import SendRequested, TouchReworded
from ledger.books import Books


@dataclass(frozen=True)
class SendingActions(Acting):
    """Actions at the message that goes out next about an invoice; every gate stays in force."""

    @needs("follow_up")
    def send_now(self, invoice: str, note: str = "", words: OwnWords | None = None) -> Done:
        """Send the next touch at the next opening of the sending window, in `words` if given.

        Words go out only in place of the letter they were written over. Where the policy asks for
        it, another person approves them first.
        """

        def found(books: Books, case: Case) -> list[InvoiceFact]:
            asked = self._requested(books, case, note)
            if words is None:
                return [asked]
            may(case, asked)
            return [*self._reworded(books, invoice, words, [asked]), asked]

        return self._record(invoice, found)

    @needs("follow_up")
    def word(self, invoice: str, words: OwnWords) -> Done:
        """Write the words of the message that goes out next, whenever that is."""

        def found(books: Books, _: Case) -> list[InvoiceFact]:
            facts = self._reworded(books, invoice, words, [])
            if not facts:
                raise NotAllowed("It says that already.")
            return facts

        return self._record(invoice, found)

    @needs("follow_up")
    def unword(self, invoice: str) -> Done:
        """Take the words back that a person wrote: the letter's own go out."""

        def found(_: Books, case: Case) -> list[InvoiceFact]:
            said = next((one for one in reversed(case.rewordings) if one.text), None)
            if said is None or case.words_for(said.step) is None:
                raise NotAllowed("Nobody wrote words for this message.")
            return [self._fact(said.step, said.letter, said.channel, OwnWords("", "", ""))]

        return self._record(invoice, found)

    def _reworded(
        self, books: Books, invoice: str, words: OwnWords, supposed: Sequence[InvoiceFact]
    ) -> list[InvoiceFact]:
        """The fact that keeps the words; nothing where they are the letter's own."""
        letters = letters_in_force(self.planner, self.now)
        looked = looked_at(books, self.planner, letters, invoice, self.now, supposed)
        before, one = looked.words, looked.one
        if before is None:
            raise NotAllowed(looked.problem or "The words of this letter are fixed.")
        if words.made_from != before.made_from:
            raise Changed(
                "The letter says something else by now: look at it again. What you typed is kept."
            )
        said = OwnWords(words.subject.strip(), _tidied(words.text), before.made_from)
        problem = problem_of(said, before, one.letter.channel)
        if problem:
            raise NotAllowed(problem)
        pending = looked.mine.situation.case.words_for(looked.mine.touch.step)
        now_says = (pending.subject, pending.text) if pending else (before.subject, before.text)
        if (said.subject, said.text) == now_says:
            return []
        if (said.subject, said.text) == (before.subject, before.text):
            said = OwnWords("", "", "")
        return [self._fact_of(looked, said)]

    def _fact_of(self, looked: Looked, said: OwnWords) -> TouchReworded:
        spoken = looked.one.spoken
        return self._fact(looked.mine.touch.step, spoken.letter, spoken.channel, said)

    def _fact(self, step: str, letter: str, channel: str, said: OwnWords) -> TouchReworded:
        return TouchReworded(
            at=self.now,
            by=self.by,
            step=step,
            letter=letter,
            channel=channel,
            subject=said.subject,
            text=said.text,
            made_from=said.made_from,
        )

    def _requested(self, books: Books, case: Case, note: str) -> SendRequested:
        pause = books.customer(case.customer).pause
        if pause and pause.until >= self.now.date():
            raise NotAllowed(f"Customer {case.customer} is paused until {pause.until}.")
        return SendRequested(at=self.now, by=self.by, note=note)


def _tidied(text: str) -> str:
    """As it is compared and kept: without blanks at the ends of lines."""
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n")).strip()
