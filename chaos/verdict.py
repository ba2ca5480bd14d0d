"""The verdict: the providers' own logs, the books and what the callers were told, side by side."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from sqlalchemy import Row, select

from chaos.load import Acknowledged
from fakes.records import Sent
from ledger.arrivals import ARRIVAL
from ledger.books import FACT, Books
from ledger.chain import Link, breaks
from ledger.correspondence import ReplyRow
from ledger.messages import MESSAGE
from ledger.rebuild import differences
from ledger.tables import table

REPLY = table(ReplyRow)
# What an acknowledged action is in the books.
STOPPED_BY = {
    "payment": "payment_applied",
    "promise": "promise_made",
    "dispute": "dispute_opened",
    "pause": "paused",
}
# The step whose moment comes meanwhile.
STEP = "reminder"


@dataclass(frozen=True)
class Verdict:
    """What must not be, each case with its name; `seen` are figures that say how much there was."""

    wrong: dict[str, list[str]]
    seen: dict[str, int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the records agree."""
        return not any(self.wrong.values())


def judge(books: Books, sent: list[Sent], known: Acknowledged) -> Verdict:
    """Compare the three records."""
    facts = _facts(books)
    messages = {row.attempt: row for row in books.connection.execute(select(MESSAGE))}
    names = books.connection.execute(select(REPLY.c.message_id)).scalars()
    replies = Counter(name.strip("<>") for name in names)
    wrong = {
        "messages delivered twice": list(_twice(sent)),
        "messages the books do not know": [s.attempt for s in sent if s.attempt not in messages],
        "messages only the books know": list(_only_in_books(messages, sent)),
        "messages delivered that the books deny": list(_denied(messages, sent)),
        "touches after the case was stopped": list(_after_stop(facts)),
        "touches lost without a reason": list(_lost(books, facts, known)),
        "facts lost that were acknowledged": list(_unrecorded(facts, known)),
        "facts recorded twice": list(_recorded_twice(facts, known)),
        "replies lost": [one for one in known.replies if not replies[one.strip("<>")]],
        "replies taken twice": [name for name, times in replies.items() if name and times > 1],
        "arrivals not handled": list(_unhandled(books)),
        "breaks of the chain": list(breaks(_links(books))),
        "projections that differ from the facts": [str(one) for one in differences(books)],
    }
    seen = Counter(f"messages {row.state}" for row in messages.values())
    held = (code for _, step, code in _withheld(books) if step == STEP)
    seen.update(f"reminders withheld, {code}" for code in held)
    seen["facts"] = sum(len(one) for one in facts.values())
    seen["messages at the providers"] = len(sent)
    return Verdict(wrong, dict(sorted(seen.items())))


def write_facts(books: Books, file: Path) -> None:
    """All facts in the order they were recorded, to look into whatever disagrees."""
    columns = [FACT.c[name] for name in ("stream", "number", "recorded_at", "by", "kind", "body")]
    with file.open("w", encoding="utf-8") as lines:
        for row in books.connection.execute(select(*columns).order_by(FACT.c.id)).mappings():
            lines.write(json.dumps(dict(row), default=str) + "\n")


def _facts(books: Books) -> dict[str, list[str]]:
    """The kinds of the facts of each invoice, oldest first."""
    query = select(FACT.c.stream, FACT.c.kind).order_by(FACT.c.stream, FACT.c.number)
    found: dict[str, list[str]] = defaultdict(list)
    for stream, kind in books.connection.execute(query):
        what, _, name = stream.partition(":")
        if what == "invoice":
            found[name].append(kind)
    return found


def _twice(sent: list[Sent]) -> Iterator[str]:
    # Every customer has one invoice and gets each letter about it at most once in a day.
    for (address, subject), times in Counter((one.to, one.subject) for one in sent).items():
        if times > 1:
            yield f"{address}: {subject} ({times} times)"


def _only_in_books(messages: dict[str, Row[tuple[object, ...]]], sent: list[Sent]) -> Iterator[str]:
    delivered = {one.attempt for one in sent}
    for attempt, row in messages.items():
        if row.state == "sent" and attempt not in delivered:
            yield attempt


def _denied(messages: dict[str, Row[tuple[object, ...]]], sent: list[Sent]) -> Iterator[str]:
    for one in sent:
        row = messages.get(one.attempt)
        if row is not None and row.state in {"refused", "started"}:
            yield f"{one.attempt} ({row.state})"


def _after_stop(facts: dict[str, list[str]]) -> Iterator[str]:
    for invoice, kinds in facts.items():
        stops = [kinds.index(kind) for kind in STOPPED_BY.values() if kind in kinds]
        if stops and "touch_started" in kinds[min(stops) :]:
            yield invoice


def _lost(books: Books, facts: dict[str, list[str]], known: Acknowledged) -> Iterator[str]:
    """Invoices whose moment came, and the step was neither claimed, held back nor stopped."""
    held = {invoice for invoice, step, _ in _withheld(books) if step == STEP}
    answers = {"touch_started", *STOPPED_BY.values()}
    for invoice in known.debtors:
        if invoice not in held and answers.isdisjoint(facts.get(invoice, ())):
            yield invoice


def _unrecorded(facts: dict[str, list[str]], known: Acknowledged) -> Iterator[str]:
    opened = ((invoice, "invoice_opened") for invoice in known.debtors)
    acted = ((invoice, STOPPED_BY[action]) for invoice, action in known.stopped.items())
    for invoice, kind in chain(opened, acted):
        if kind not in facts.get(invoice, ()):
            yield f"{invoice}: {kind}"


def _recorded_twice(facts: dict[str, list[str]], known: Acknowledged) -> Iterator[str]:
    for invoice in known.debtors:
        counted = Counter(facts.get(invoice, ()))
        for kind in ("invoice_opened", "payment_applied"):
            if counted[kind] > 1:
                yield f"{invoice}: {kind}"


def _withheld(books: Books) -> Iterator[tuple[str, str, str]]:
    """Invoice, step and code of what was held back."""
    query = select(FACT.c.stream, FACT.c.body).where(FACT.c.kind == "touch_withheld")
    for stream, body in books.connection.execute(query):
        fact = json.loads(body)
        yield stream.partition(":")[2], fact["step"], fact["code"]


def _unhandled(books: Books) -> Iterator[str]:
    query = select(ARRIVAL.c.id, ARRIVAL.c.state, ARRIVAL.c.why).where(ARRIVAL.c.state != "handled")
    for row in books.connection.execute(query):
        yield f"{row.id}: {row.state} {row.why}"


def _links(books: Books) -> Iterator[Link]:
    query = select(*(FACT.c[name] for name in Link._fields))
    for row in books.connection.execute(query.order_by(FACT.c.stream, FACT.c.number)):
        yield Link(*row)
