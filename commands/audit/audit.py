"""The cadence audit of a period: the auditor over the whole books, and its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from activities.planning import Planner
from commands.audit.terms import kept_terms
from commands.sharing import Share
from dunning.audit.account import Period, Surroundings
from dunning.audit.auditor import Auditor
from dunning.audit.finding import Finding
from dunning.audit.tally import SCORED, Tally, TestResult, lateness, results
from dunning.business_days import BusinessCalendar
from dunning.customer import Customer, fold_customer
from dunning.customer_facts import CustomerFact, CustomerRecorded
from dunning.own_days import OwnDays
from ledger.audit_reading import Reading
from ledger.books import Books
from ledger.channels import channel_histories
from ledger.erased import unfounded_erasures
from ledger.ledger import Ledger
from ledger.rebuild import snapshot
from ledger.seals import broken_seals, recorded_runs

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
    share: Share | None = None,
) -> Auditor:
    """The audit of all customers, or of a share of them; the first share has the rest as well."""
    with snapshot(ledger, share.snapshot if share else "") as books:
        kept = kept_terms(books, planner, scope.policy)
        own, year = kept.own_days, scope.last.year
        reading = Reading(books, _calendars(planner, year, own))
        around = Surroundings(
            calendar=planner.calendars.calendar_of(planner.policies.entity(""), year, own),
            channels=channel_histories(books),
            imports=reading.imports(),
            fresh_business_days=kept.fresh,
            fresh_later=kept.fresh_later,
            versions=kept.versions,
            damaged=kept.damaged,
        )
        period = Period(scope.first, scope.last, scope.as_of)
        auditor = Auditor(period, kept.terms, around)
        for account, invoices in reading.accounts(share.groups if share else None):
            auditor.account(account, invoices)
            progress(auditor.tally.population["invoices"])
        if share is None or share.number == 0:
            reading.read_the_rest()
            _add_seals(books, auditor.tally)
            for why in unfounded_erasures(books.connection):
                auditor.tally.find("A26", "ERASURE", "", "", None, "erased", why)
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
    """How much an audit found in the books."""
    return sum(found_of(test) for test in answered["tests"])


def found_of(test: Mapping[str, Any]) -> int:
    """How much a test found; of very many only the first are listed."""
    found: int = test.get("found", len(test["findings"]))
    return found


def all_tests(answered: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The tests of the books, and those against the engine where it was asked."""
    return [*answered["tests"], *answered.get("engine", {}).get("tests", ())]


def headline(answer: Mapping[str, Any]) -> str:
    """One sentence that answers whether the policy was followed."""
    population, found = answer["population"], found_in(answer)
    what = (
        f"{population['invoices']} invoices of {population['customers']} customers with"
        f" {population['touches']} touches, {answer['from']} to {answer['to']}"
    )
    apart = sum(found_of(test) for test in all_tests(answer)) - found
    times = "once" if apart == 1 else f"{apart} times"
    engine = f" Books and engine disagree {times}." if apart else ""
    if not population["invoices"]:
        return f"There was nothing to audit from {answer['from']} to {answer['to']}.{engine}"
    if not found:
        return f"Yes, the policy was followed: nothing was found in {what}.{engine}"
    failed = sum(not test["passed"] for test in answer["tests"])
    things = "one thing was" if found == 1 else f"{found} things were"
    tests = "one test" if failed == 1 else f"{failed} tests"
    return f"No, not everywhere: {things} found by {tests} in {what}.{engine}"


def _told_test(one: TestResult) -> dict[str, Any]:
    told = {
        "id": one.id,
        "title": one.title,
        "passed": one.passed,
        "checked": one.checked,
        "findings": [_told(finding) for finding in one.findings],
    }
    if one.of_all:
        told |= {"found": one.found, "sha256_of_all": one.of_all}
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
        invoice = name if kind == "invoice" else ""
        customer = name if kind == "customer" else ""
        detail = f"{stream}: fact {number} {why}"
        tally.find("A26", "CHAIN", invoice, customer, None, str(number), detail)
    for invoice, customer in reading.unfounded:
        why = "a case is listed, but its facts are missing"
        tally.find("A01", "UNFOUNDED", invoice, customer, None, "case", why)
    for invoice in reading.unlisted:
        why = "the ledger has the invoice, but no case follows it"
        tally.find("A01", "NOT_FOLLOWED", invoice, "", None, "case", why)


def _add_seals(books: Books, tally: Tally) -> None:
    """What earlier audits saw: only that tells when the last facts of a stream are gone."""
    seen = [run for run in recorded_runs(books) if run.at <= tally.period.as_of]
    tally.checked["A26"] += len(seen)
    for run, why in broken_seals(books):
        tally.find("A26", "SEAL", "", "", None, run, f"audit {run}: {why}")


def _calendars(
    planner: Planner, year: int, own: OwnDays
) -> Callable[[list[CustomerFact], str, str], BusinessCalendar]:
    def calendar_of(history: list[CustomerFact], customer: str, entity: str) -> BusinessCalendar:
        begins = history and isinstance(history[0], CustomerRecorded)
        known = fold_customer(history) if begins else Customer(customer, customer)
        return planner.calendars.calendar_for(known, planner.policies.entity(entity), year, own)

    return calendar_of
