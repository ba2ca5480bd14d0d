"""What reached the customer on a day: messages that carried the invoice, or only listed it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, select

from commands.why.answer import (
    ANSWERED,
    BOUNCED,
    LISTED,
    REFUSED,
    SENT,
    UNKNOWN,
    Answer,
    Behind,
)
from commands.why.fact_sentences import sentence_of, words
from commands.why.records import Recorded, Records
from commands.why.wording import CHANNELS, place
from dunning.case import Case
from dunning.facts import InvoiceFact
from dunning.situation import Situation
from dunning.touch_facts import TouchRefused, TouchStarted
from ledger.answers import CLAIMED_BY_REPLY
from ledger.books import Books
from ledger.messages import covered_invoices
from ledger.tables import MessageItemRow, MessageRow, table
from ledger.wire import AnyFact

MESSAGE, ITEM = table(MessageRow), table(MessageItemRow)
_CODES = {"refused": REFUSED, "bounced": BOUNCED, "unknown": UNKNOWN}
_CAME_OF = {
    "started": " What became of it is not known yet.",
    "unknown": " Nobody knows yet whether it went out.",
    "bounced": " It came back, so it reached nobody.",
}


@dataclass(frozen=True)
class Teller:
    """Tells the messages of one invoice from its records; `case` is the case now."""

    books: Books
    records: Records
    case: Case

    def spoken(self, day: date) -> Answer | None:
        """The message that carried out a step of the invoice on the day, refused ones last."""
        records = self.records
        within = list(records.of_invoice(records.begin(day), records.end(day)))
        claimed = [one for one in within if isinstance(one.fact, TouchStarted)]
        if not claimed:
            return None
        told = [self._told(day, one) for one in claimed]
        sent = [one for one in told if one.sent]
        first = (sent or told[-1:])[0]
        also = " ".join(one.sentence for one in sent[1:])
        steps = {answer.step for answer in told}
        behind = (one for one in within if _bears_on(one.fact, steps))
        facts = tuple(behind_of(one, self.case) for one in behind)
        return replace(first, sentence=f"{first.sentence} {also}".strip(), facts=facts)

    def listed(self, day: date) -> Answer | None:
        """Another message of the day that names the invoice without a step of its own."""
        query = select(MESSAGE).join(ITEM, ITEM.c.attempt == MESSAGE.c.attempt)
        query = query.where(
            ITEM.c.invoice == self.case.invoice,
            ~ITEM.c.covered,
            MESSAGE.c.local_date == day,
            MESSAGE.c.state.not_in(("refused", "queued")),
        )
        found = self.books.connection.execute(query).mappings().first()
        return _listed(self.case.invoice, day, found) if found else None

    def _told(self, day: date, one: Recorded) -> Answer:
        fact = one.fact
        assert isinstance(fact, TouchStarted), "only claims are told"
        state = next(t.state for t in self.case.touches if t.attempt == fact.attempt)
        before = self.records.situation(fact.at)
        letter, how = _letter(fact), f"{self._to(fact, before)}{self._with(fact)}"
        if state == "refused":
            why = _refusal(self.records.history(), fact.attempt)
            sentence = f"Nothing was sent: the letter {letter} {how} was refused ({why})."
        else:
            went = "may have gone out" if state == "unknown" else "was sent"
            sentence = f"The letter {letter} {went}{self._when(fact)} {how}."
            sentence += _CAME_OF.get(state, "") + self._reason(fact, before)
        return Answer(
            self.case.invoice,
            day,
            _CODES.get(state, SENT),
            sentence,
            sent=state != "refused",
            step=fact.step,
            policy=fact.policy,
        )

    def _when(self, fact: TouchStarted) -> str:
        return f" at {fact.at.astimezone(ZoneInfo(self.records.calendar.zone)):%H:%M}"

    def _to(self, fact: TouchStarted, before: Situation) -> str:
        found = [one for one in before.customer.contacts if one.contact == fact.contact]
        who = f"{found[0].name or fact.contact} ({words(found[0].role)})" if found else fact.contact
        return f"by {CHANNELS.get(fact.channel, fact.channel)} to {who}"

    def _with(self, fact: TouchStarted) -> str:
        others = [
            one
            for one in covered_invoices(self.books.connection, fact.attempt)
            if one != self.case.invoice
        ]
        if not others:
            return ""
        named = ", ".join(others[:3]) + (f" and {len(others) - 3} more" if others[3:] else "")
        claimed = fact.claimant != self.case.invoice
        return f", together with {named}" + (f" in the message of {fact.claimant}" * claimed)

    def _reason(self, fact: TouchStarted, before: Situation) -> str:
        named = before.policy.step(fact.step)
        if fact.step == "issue":
            return " Nobody had sent the invoice to the customer before."
        if named is None:
            return f" It carried out step {fact.step} of {fact.policy}."
        scheduled = named.scheduled_on(before.case.due_date, before.calendar)
        late = self._late(fact, before, scheduled)
        comes = (
            f" Step {named.id} of {fact.policy} comes {place(named, before)}: {scheduled}{late}."
        )
        return comes + _level(fact, before)

    def _late(self, fact: TouchStarted, before: Situation, scheduled: date) -> str:
        on, said = before.today, before.case.latest_withheld(fact.step)
        if on == scheduled:
            return ""
        if before.case.send_requested_at and on < scheduled:
            return "; a person asked for it earlier"
        if on < scheduled:
            return "; it shared the message of what was due"
        reason = f": {said.why}" if said else ""
        return f"; it came on {on} instead{reason}"


def behind_of(one: Recorded, case: Case) -> Behind:
    """A recorded fact as one behind an answer."""
    return Behind(one.stream, one.number, one.fact.at, one.fact.kind, sentence_of(one.fact, case))


def _bears_on(fact: AnyFact, steps: set[str]) -> bool:
    """Whether a fact of the day belongs to messages of these steps."""
    if fact.kind == "touch_withheld":
        return fact.step in steps
    return fact.kind.startswith(("touch_", "send_"))


def _refusal(history: Iterable[InvoiceFact], attempt: str) -> str:
    """Why the provider refused the attempt."""
    refused = (one for one in history if isinstance(one, TouchRefused))
    return next((one.why for one in refused if one.attempt == attempt), "")


def _letter(fact: TouchStarted) -> str:
    level = f" (level {fact.level})" if fact.level else ""
    return f"“{words(fact.letter)}”{level}"


def _level(fact: TouchStarted, before: Situation) -> str:
    """Why this level: what was reached before."""
    earlier = [one for one in before.case.touches if one.counts and one.attempt != fact.attempt]
    spoken = [one for one in earlier if one.level > 0]
    if not fact.level:
        return ""
    if not spoken:
        return " No reminder of this invoice came before it."
    last = max(spoken, key=lambda one: one.at)
    return f" Level {last.level} was sent on {before.calendar.local_date(last.at)}."


def _listed(invoice: str, day: date, row: RowMapping) -> Answer:
    by = CHANNELS.get(row["channel"], row["channel"])
    if row["claimant"].startswith(CLAIMED_BY_REPLY):
        said = f"No reminder was sent: an answer (“{words(row['letter'])}”) to the customer's"
        return Answer(invoice, day, ANSWERED, f"{said} own message went by {by}.")
    said = f"No step of this invoice was due, but it was listed in the message of {row['claimant']}"
    return Answer(invoice, day, LISTED, f"{said} (“{words(row['letter'])}”), sent by {by}.")
