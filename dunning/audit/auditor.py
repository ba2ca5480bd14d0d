"""The audit of one customer at a time: every invoice, step, touch and message, into one tally."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from dunning.audit.account import Account, Followed, Period, Surroundings
from dunning.audit.alike import check_spared, count_treated, list_treated, spared_by
from dunning.audit.asked_for import check_asked_for
from dunning.audit.claims import check_claims
from dunning.audit.completeness import check_imports, check_listed
from dunning.audit.contacts import Contacts
from dunning.audit.content_rules import check_words
from dunning.audit.customer_holds import known_of
from dunning.audit.dispute_levels import check_disputes
from dunning.audit.evidence import check_evidence, check_messages
from dunning.audit.follow_up import check_follow_up
from dunning.audit.life import Life
from dunning.audit.life_reading import life_of
from dunning.audit.owed import Owed
from dunning.audit.people import check_customer, check_people
from dunning.audit.service_levels import check_promises, check_replies
from dunning.audit.silence import Silence
from dunning.audit.slots import check_slots, note_duplicate
from dunning.audit.statements import check_statements
from dunning.audit.step_scores import Steps
from dunning.audit.tally import Tally, lateness
from dunning.audit.terms import PoliciesInForce
from dunning.audit.timeline import Following, Timeline
from dunning.audit.touch_tests import TOUCH_TESTS, faults_of
from dunning.audit.versions import check_versions
from dunning.audit.view import View, stops_of
from dunning.facts import InvoiceFact, InvoiceOpened

_IGNORED = ("refused", "bounced")
_CHECKS = (
    check_people,
    check_claims,
    check_promises,
    check_disputes,
    check_follow_up,
    check_asked_for,
)


@dataclass
class Auditor:
    """Audits customers against the policies in force and adds everything up in its tally."""

    period: Period
    terms: PoliciesInForce | Timeline
    around: Surroundings
    tally: Tally = field(init=False)

    def __post_init__(self) -> None:
        self.tally = Tally(self.period)
        terms = self.terms
        self.timeline = terms if isinstance(terms, Timeline) else Timeline.always(terms)
        self._stops = stops_of(self.around)

    def account(self, account: Account, invoices: Iterable[Followed]) -> None:
        """Audit a customer with all its invoices, which may come one by one."""
        _OneAccount(self, account, self._stops).audit(invoices)

    def end(self) -> Tally:
        """The tally with what only the whole population tells, and imports."""
        imports = [one for one in self.around.imports if self.period.has(one.at.date())]
        check_imports(imports, self.tally)
        versions = [one for one in self.around.versions if one.at <= self.period.as_of]
        check_versions(versions, self.around.damaged, self.tally)
        list_treated(self.tally)
        late = lateness(self.tally)
        self.tally.checked["A05"] = late["steps"]
        if late["p95"] > 1:
            why = f"95 % of the steps came within {late['p95']} business days, not 1"
            self.tally.find("A05", "LATE", "", "", None, "p95", why)
        return self.tally


class _OneAccount:
    def __init__(self, auditor: Auditor, account: Account, stops: dict[str, list[Silence]]) -> None:
        self._timeline, self._period, self._tally = auditor.timeline, auditor.period, auditor.tally
        self._account, self._stops = account, stops
        sent = [one for one in account.messages if one.claimed_at <= self._period.as_of]
        self._known = known_of(account.history, account.calendar)
        self._reached = Contacts.of(sent, _IGNORED)
        self._contacts = Contacts.of(sent, _IGNORED[:1])
        self._messages = {one.attempt: one for one in sent}
        self._today = account.calendar.local_date(auditor.period.as_of)
        self._owed = Owed(self._messages)
        self._steps = Steps(auditor.period, auditor.tally)
        self._spared: Counter[str] = Counter()
        self._invoices = 0
        changed = [at for at in self._timeline.changes if at <= self._period.as_of]
        self._turns = sorted([*(one.at for one in self._known.recorded[1:]), *changed])

    def audit(self, invoices: Iterable[Followed]) -> None:
        view, before = None, self._tally.population["touches"]
        for followed in invoices:
            if followed.history[0].at <= self._period.as_of:
                view = self._invoice(followed)
        if view is None:
            return
        self._steps.check_claims(self._owed, self._account)
        self._tally.population["customers"] += 1
        check_customer(view, self._known, self._tally)
        check_replies(self._known, self._account.customer, view, self._tally)
        mine = {k: one for k, one in self._messages.items() if self._period.has(one.local_date)}
        check_messages(mine, self._account.customer, self._tally)
        check_statements(mine, view, self._tally)
        check_slots(mine, self._owed, self._account, self._tally)
        self._owed.sums.check(self._account, self._tally)
        check_spared(self._account.customer, self._spared, self._invoices, self._tally)
        touches = self._tally.population["touches"] - before
        treated = self._invoices, touches, self._spared.total()
        count_treated(self._known, treated, self._tally)
        check_words(mine, self._account, self._tally)

    def _invoice(self, followed: Followed) -> View:
        first, history = followed.history[0], self._until_now(followed)
        assert isinstance(first, InvoiceOpened), "an invoice begins when the ledger names it"
        is_whole = len(history) == len(followed.history)

        following = Following(self._timeline, first, self._account.history)
        life = life_of(history, self._account.calendar, following.at, self._turns)
        view = self._view(followed.invoice, life, following)
        self._owed.add(view, followed)
        self._spared.update(spared_by(life))
        tally = self._tally
        tally.population["invoices"] += 1
        self._invoices += 1
        check_listed(view, followed, tally, is_whole=is_whole)
        self._steps.check(view)
        self._check_touches(view)
        check_evidence(view, followed, self._messages, tally, is_whole=is_whole)
        for check in _CHECKS:
            check(view, tally)
        return view

    def _until_now(self, followed: Followed) -> Sequence[InvoiceFact]:
        """What was recorded by the end of the period: later facts did not happen yet."""
        as_of, history = self._period.as_of, followed.history
        if history[-1].at <= as_of:
            return history
        return [fact for fact in history if fact.at <= as_of]

    def _view(self, invoice: str, life: Life, following: Following) -> View:
        policy = life.last_term.policy
        plans = self._known.plan_silences(invoice, self._account.calendar, policy)
        return View(
            invoice=invoice,
            life=life,
            silences=[*life.silences, *self._known.silences, *plans],
            account=self._account,
            known=self._known,
            reached=self._reached,
            contacts=self._contacts,
            stops=self._stops,
            today=self._today,
            following=following,
        )

    def _check_touches(self, view: View) -> None:
        told, tally = set[str](), self._tally
        for made in view.life.touches:
            counted = made.counts and not made.requested and made.fact.step in told
            if made.counts:
                told.add(made.fact.step)
            if not self._period.has(made.day):
                continue
            self._tally.population["touches"] += 1
            for test in TOUCH_TESTS:
                self._tally.checked[test] += 1
            for fault in faults_of(view, made):
                self._score(fault.code)
                day, step = made.day, made.fact.step
                detail = f"{step}: {fault.detail}"
                self._tally.find(
                    fault.test, fault.code, view.invoice, view.customer, day, step, detail
                )
            if counted:
                note_duplicate(tally, view.customer, view.invoice, made.day, made.fact.step)
            self._owed.ask(view, made)

    def _score(self, code: str) -> None:
        if code in ("EARLY", "EXTRA"):
            self._tally.score[code.lower()] += 1
