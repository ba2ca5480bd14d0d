"""Lists of an evidence pack: the population with its totals, findings, and the registers."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from activities.open_items_file import formula_safe
from commands.audit.finding_answers import COLUMNS
from dunning.money import Money
from dunning.person_facts import PersonFact
from dunning.policy_version_facts import PolicyVersionFact
from ledger.audit_pack import facts_of_kinds, invoices_opened, sha256_of
from ledger.books import Books
from ledger.reads import Read, reads_between
from ledger.wire import body_of

QUERY = (
    "SELECT stream, number, kind, body, recorded_at, \"by\" FROM fact WHERE kind = 'invoice_opened'"
    " AND recorded_at <= :as_of ORDER BY stream"
)


def _kinds(union: object) -> tuple[str, ...]:
    return tuple(one.__dataclass_fields__["kind"].default for one in get_args(union))


# What each register lists; what a person decided is listed whoever it was.
REGISTERS: Mapping[str, tuple[str, ...]] = {
    "pauses": ("paused", "resumed", "customer_paused", "customer_resumed"),
    "holds": ("hold_placed", "hold_lifted", "contact_blocked", "contact_unblocked"),
    "overrides": (
        "send_requested",
        "touch_reworded",
        "sentence_added",
        "escalated",
        "written_off",
        "handed_over",
        "channel_stopped",
        "channel_released",
        "claim_waived",
        "action_refused",
        "finding_acceptance_refused",
    ),
    "approvals": (
        "touch_approved",
        "proposal_made",
        "proposal_decided",
        "credit_proposed",
        "credit_approved",
        "credit_declined",
        "plan_proposed",
        "plan_approved",
        "adjustment_proposed",
        "adjustment_decided",
    ),
    "policy_changes": _kinds(PolicyVersionFact),
    "access": _kinds(PersonFact),
}
_HEADER = ("at", "by", "what", "about", "number", "details")


@dataclass
class _Total:
    invoices: int = 0
    minor: int = 0
    numbers: int = 0


@dataclass(frozen=True)
class Population:
    """Every invoice taken in up to the end of the period, by entity and currency."""

    totals: Sequence[Mapping[str, Any]]
    digest: str

    @property
    def answer(self) -> dict[str, Any]:
        """As `population.json` has it: the query, its totals, and what to compare them with."""
        return {
            "query": QUERY,
            "totals": list(self.totals),
            "sha256_of_numbers": self.digest,
            "hash_total": "sum of the digits of every document number, read as one number each",
        }


def population_of(books: Books, moment: datetime) -> Population:
    """Count and add up the population; one currency is never added to another."""
    found: dict[tuple[str, str], _Total] = {}
    numbers: list[str] = []
    for opened in invoices_opened(books, moment):
        total = found.setdefault((opened.entity, opened.amount.currency), _Total())
        total.invoices += 1
        total.minor += opened.amount.minor
        total.numbers += int("".join(filter(_is_digit, opened.invoice)) or 0)
        numbers.append(opened.invoice)
    totals = [
        {
            "entity": entity,
            "currency": currency,
            "invoices": total.invoices,
            "amount": str(Money(total.minor, currency).major),
            "hash_total": str(total.numbers),
        }
        for (entity, currency), total in sorted(found.items())
    ]
    return Population(totals, sha256_of("\n".join(sorted(numbers)).encode()))


def registers_of(books: Books, first: datetime, last: datetime) -> dict[str, bytes]:
    """Each register as CSV: what was recorded in the time, in its order."""
    found = {name: _register(books, name, first, last) for name in REGISTERS}
    reads = reads_between(books.connection, first, last)
    rows = ((one.at.isoformat(), *one[1:]) for one in reads)
    return found | {"reads": as_csv(Read._fields, rows)}


def findings_csv(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """The findings of the period with state, owner, due date and root cause."""
    return as_csv(COLUMNS, ([row[name] for name in COLUMNS] for row in rows))


def as_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """CSV with one header row; text that a spreadsheet would calculate begins with an apostrophe.

    UTF-8, commas, CR LF.
    """
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(header)
    writer.writerows(
        ["" if cell is None else formula_safe(str(cell)) for cell in row] for row in rows
    )
    return target.getvalue().encode()


def worded(value: object) -> str:
    """A value of a fact for a list: money with its currency, text as it is, the rest as JSON."""
    if isinstance(value, dict) and value.keys() == {"minor", "currency"}:
        return str(Money(value["minor"], value["currency"]))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _register(books: Books, name: str, first: datetime, last: datetime) -> bytes:
    rows = []
    for stream, number, fact in facts_of_kinds(books, REGISTERS[name], first, last):
        told = json.loads(body_of(fact))
        details = "; ".join(f"{key}: {worded(value)}" for key, value in told.items() if value)
        rows.append((fact.at.isoformat(), fact.by, fact.kind, stream, number, details))
    return as_csv(_HEADER, rows)


def _is_digit(sign: str) -> bool:
    return sign in "0123456789"
