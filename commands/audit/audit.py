"""The cadence audit of a period: the auditor over the whole books, and its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from activities.planning import Planner
from dunning.audit.account import Period, Surroundings
from dunning.audit.auditor import Auditor
from dunning.audit.finding import Finding
from dunning.audit.tally import SCORED, Tally, TestResult, lateness, results
from dunning.audit.terms import PoliciesInForce
from dunning.business_days import BusinessCalendar
from dunning.customer import Customer, fold_customer
from dunning.customer_facts import CustomerFact, CustomerRecorded
from ledger.audit_reading import Reading
from ledger.channels import channel_histories
from ledger.ledger import Ledger
from ledger.rebuild import snapshot

Progress = Callable[[int], None]
_A_DAY = timedelta(days=1)
# There it is still the last day when it is over everywhere else.
_LAST_ZONE = ZoneInfo("Etc/GMT+12")
_REASONS = {
    "A03": "no file was imported in the period",
    "A21": "no customer wrote in the period",
    "A22": "there were no promises or disputes that matured in the period",
    "A23": "nobody spared a customer",
    "A29": "no letter went to a country or customer there are rules for",
}


@dataclass(frozen=True)
class Scope:
    """The days that are audited, the present moment, and one policy for everybody or ""."""

    first: date
    last: date
    now: datetime
    policy: str = ""

    @property
    def as_of(self) -> datetime:
        """The end of the last day everywhere, or the present when that comes earlier."""
        end = datetime.combine(self.last + _A_DAY, time(0), _LAST_ZONE)
        return min(end, self.now)


def audit(ledger: Ledger, planner: Planner, scope: Scope, progress: Progress) -> dict[str, Any]:
    """The answer of `duncan audit --json`; the same books give the same answer."""
    auditor = audited(ledger, planner, scope, progress)
    return answer(auditor.end(), scope)


def audited(
    ledger: Ledger,
    planner: Planner,
    scope: Scope,
    progress: Progress,
    share: tuple[int, int] = (0, 1),
) -> Auditor:
    """The audit of a share of the customers, such as the first of three; the first has the rest."""
    with snapshot(ledger) as books:
        reading = Reading(books, _calendars(planner, scope.last.year))
        around = Surroundings(
            calendar=planner.calendars.calendar_of(planner.policies.entity(""), scope.last.year),
            channels=channel_histories(books),
            imports=reading.imports(),
            fresh_business_days=_fresh(planner),
        )
        period = Period(scope.first, scope.last, scope.as_of)
        auditor = Auditor(period, _terms(planner, scope.policy), around)
        for account, invoices in reading.accounts(*share):
            auditor.account(account, invoices)
            progress(auditor.tally.population["invoices"])
        if share[0] == 0:
            reading.read_the_rest()
        _add_breaks(reading, auditor.tally)
    return auditor


def answer(tally: Tally, scope: Scope) -> dict[str, Any]:
    """The tally as the contract words it, with what it lists besides."""
    tally.reasons.update(_REASONS)
    tests = results(tally)
    return {
        "from": str(scope.first),
        "to": str(scope.last),
        "as_of": scope.as_of.isoformat(),
        "population": {
            name: tally.population[name] for name in ("invoices", "touches", "customers")
        },
        "tests": [_told_test(one) for one in tests],
        "score": {name: tally.score[name] for name in SCORED},
        "explained": {code: count for code, count in sorted(tally.explained.items()) if count},
        "lateness": lateness(tally),
    }


def found_in(answered: Mapping[str, Any]) -> int:
    """How much an audit found."""
    return sum(len(test["findings"]) for test in answered["tests"])


def _told_test(one: TestResult) -> dict[str, Any]:
    told = {
        "id": one.id,
        "title": one.title,
        "passed": one.passed,
        "checked": one.checked,
        "findings": [_told(finding) for finding in one.findings],
    }
    if one.reason:
        told["reason"] = one.reason
    if one.listed:
        told["listed"] = list(one.listed)
    return told


def _told(finding: Finding) -> dict[str, Any]:
    of_invoice = f"/invoices/{finding.invoice}" if finding.invoice else ""
    return {
        "id": finding.id,
        "test": finding.test,
        "code": finding.code,
        "invoice": finding.invoice,
        "customer": finding.customer,
        "since": str(finding.since) if finding.since else None,
        "subject": finding.subject,
        "detail": finding.detail,
        "link": of_invoice or (f"/customers/{finding.customer}" if finding.customer else ""),
    }


def _add_breaks(reading: Reading, tally: Tally) -> None:
    tally.checked["A26"] += reading.facts
    for stream, number, why in reading.breaks:
        kind, _, name = stream.partition(":")
        invoice, customer = (name, "") if kind == "invoice" else ("", name)
        detail = f"{stream}: fact {number} {why}"
        tally.find("A26", "CHAIN", invoice, customer, None, str(number), detail)
    for invoice, customer in reading.unfounded:
        why = "a case is listed, but its facts are missing"
        tally.find("A01", "UNFOUNDED", invoice, customer, None, "case", why)
    for invoice in reading.unlisted:
        why = "the ledger has the invoice, but no case follows it"
        tally.find("A01", "NOT_FOLLOWED", invoice, "", None, "case", why)


def _calendars(
    planner: Planner, year: int
) -> Callable[[list[CustomerFact], str, str], BusinessCalendar]:
    def calendar_of(history: list[CustomerFact], customer: str, entity: str) -> BusinessCalendar:
        begins = history and isinstance(history[0], CustomerRecorded)
        known = fold_customer(history) if begins else Customer(customer, customer)
        return planner.calendars.calendar_for(known, planner.policies.entity(entity), year)

    return calendar_of


def _fresh(planner: Planner) -> Mapping[str, int]:
    """How old imports may be, where somebody watches it at all."""
    return planner.policies.sending.fresh_business_days if planner.watch else {}


def _terms(planner: Planner, policy: str) -> PoliciesInForce:
    policies = planner.policies.only(policy) if policy else planner.policies
    assigned = policies.assignment
    return PoliciesInForce(
        policies=policies.policies,
        default=assigned.default,
        named=assigned.known,
        customer=assigned.customer,
        segment=assigned.segment,
        entity=assigned.entity,
    )
