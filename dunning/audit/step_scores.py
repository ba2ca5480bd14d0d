"""Scoring expected steps: on time, late, explained or missed, and what has to be said of them."""

from __future__ import annotations

from dunning.audit.account import Account, Period
from dunning.audit.expected import Judged, judge
from dunning.audit.exposed import asked_at
from dunning.audit.owed import Owed
from dunning.audit.reasons import OF_THE_ACCOUNT, Claim, is_true
from dunning.audit.tally import Tally
from dunning.audit.view import View


class Steps:
    """Scores the steps of one customer's invoices in the tally."""

    def __init__(self, period: Period, tally: Tally) -> None:
        self._period, self._tally = period, tally
        self._claims: list[Claim] = []

    def check_claims(self, owed: Owed, account: Account) -> None:
        """Look at the reasons that only all invoices together bear out."""
        for claim in self._claims:
            self._check_claim(claim, owed, account)

    def check(self, view: View) -> None:
        """Judge every step that was scheduled in the period."""
        reminded = False
        for judged in judge(view, self._period):
            if judged.status == "ahead":
                continue
            if judged.withheld and judged.status == "explained":
                self._check_reason(view, judged)
            self._count(view, judged)
            first = judged.step.action == "touch" and judged.step.level > 0 and not reminded
            if first:
                reminded = True
                self._check_first(view, judged)

    def _check_reason(self, view: View, judged: Judged) -> None:
        said = judged.withheld
        assert said is not None, "only a recorded reason is checked"
        # Terms that came later on the same day do not make it untrue.
        judged.term = view.life.term_at(said.at)
        judged.step = judged.term.policy.step(judged.step.id) or judged.step
        if said.code in OF_THE_ACCOUNT:
            currency = view.life.opened.amount.currency
            asked = asked_at(view.life.exposures, view.silences, said.at)
            claim = Claim(said.code, view.invoice, said.at, currency, judged, asked)
            self._claims.append(claim)
        elif not is_true(view, judged):
            judged.status, judged.code = "missed", f"UNFOUNDED_{said.code}"

    def _check_first(self, view: View, judged: Judged) -> None:
        self._tally.checked["A08"] += 1
        if judged.status in ("late", "missed"):
            why = f"{judged.step.id}, the first reminder, was due on {judged.scheduled}"
            self._find("A08", view, judged, why)

    def _count(self, view: View, judged: Judged) -> None:
        tally, status = self._tally, judged.status
        tally.checked["A04"] += 1
        tally.score["missed" if status == "skipped" else status] += 1
        if status == "explained":
            tally.explained[judged.code] += 1
        if judged.done:
            tally.days_late[judged.late if status == "late" else 0] += 1
        if status == "skipped":
            why = f"{judged.step.id}, due on {judged.scheduled}, was skipped without a word"
            self._find("A06", view, judged, why)
        elif status == "late":
            why = f"{judged.step.id}, due on {judged.scheduled}, came on {judged.done}: "
            self._find("A04", view, judged, f"{why}{judged.late} business days late")
        elif status == "missed":
            self._find("A04", view, judged, _missed(judged))

    def _find(self, test: str, view: View, judged: Judged, why: str) -> None:
        code = judged.code if judged.code.startswith("UNFOUNDED") else judged.status.upper()
        customer, day = view.customer, judged.scheduled
        self._tally.find(test, code, view.invoice, customer, day, judged.step.id, why)

    def _check_claim(self, claim: Claim, owed: Owed, account: Account) -> None:
        if owed.bears_out(claim, account.calendar):
            return
        judged, tally = claim.judged, self._tally
        tally.score["explained"] -= 1
        tally.explained[judged.code] -= 1
        tally.score["missed"] += 1
        why = f"{judged.step.id}, due on {judged.scheduled}: the recorded reason was not true"
        customer, day = account.customer, judged.scheduled
        code = f"UNFOUNDED_{claim.code}"
        tally.find("A04", code, claim.invoice, customer, day, judged.step.id, why)


def _missed(judged: Judged) -> str:
    named = f"{judged.step.id}, due on {judged.scheduled},"
    if judged.code.startswith("UNFOUNDED"):
        reason = judged.code.removeprefix("UNFOUNDED_")
        return f"{named} was passed over; the recorded reason {reason} was not true"
    return f"{named} did not come; {judged.late} business days have no excuse"
