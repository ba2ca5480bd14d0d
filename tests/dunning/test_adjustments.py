from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning import facts
from dunning.adjustment_facts import (
    Adjusted,
    AdjustmentDecided,
    AdjustmentProposed,
    InvoiceCancelled,
    InvoiceReopened,
)
from dunning.audit.standing import Standing
from dunning.claim import open_claims
from dunning.claim_facts import ClaimPaid, ClaimWaived
from dunning.facts import InvoiceFact
from dunning.folding import apply, fold
from dunning.may import NotAllowed, may
from tests.dunning.claiming import AT, DAY, eur, opened, raised, told


class _Clerks:
    """Two people who try whatever comes to their minds on one invoice."""

    def __init__(self) -> None:
        self.case, self.history = fold([opened()]), [opened()]
        self.standing = Standing(10_000, date(2026, 3, 2), "", distributed=True)
        self.number = 0

    def try_(self, what: str, minor: int, who: str) -> None:
        self.number += 1
        for fact in self._facts(what, minor, f"a{self.number}", who):
            try:
                may(self.case, fact)
            except NotAllowed:
                return
            self.case = apply(self.case, fact)
            self.standing.hear(fact)

    def _facts(  # noqa: PLR0911 - one line a kind
        self, what: str, minor: int, name: str, who: str
    ) -> list[InvoiceFact]:
        match what:
            case "pay":
                paid = facts.PaymentApplied(
                    at=AT, by="import", payment=name, amount=eur(minor), on=DAY
                )
                return [paid]
            case "write_off":
                return [facts.WrittenOff(at=AT, by="import", reason="lost")]
            case "cancel":
                size = self.case.amount - self.case.credited
                gone = InvoiceCancelled(
                    at=AT, by=who, adjustment=name, amount=size, on=DAY, reason="twice"
                )
                return [*self._agreed("cancellation", size.minor, name), gone]
            case "reopen":
                cancelled = self.case.cancelled
                amount = cancelled.amount if cancelled else self.case.balance
                after = "cancellation" if cancelled else "write_off"
                return [
                    InvoiceReopened(
                        at=AT,
                        by=who,
                        after="cancellation" if after == "cancellation" else "write_off",
                        amount=amount,
                        on=DAY,
                        reason="wrong",
                    )
                ]
            case "undo":
                made = [one for one in self.case.adjustments if not one.undoes]
                return [_undone(made[minor % len(made)], name)] if made else []
            case "claim":
                return [raised(name, amount=eur(minor))]
            case _:
                return self._adjusted(what, minor, name, who)

    def _adjusted(self, what: str, minor: int, name: str, who: str) -> list[InvoiceFact]:
        less = what in ("credit_note", "small_balance")
        made = Adjusted(
            at=AT,
            by=who,
            adjustment=name,
            what=what,  # type: ignore[arg-type]  # One of its kinds.
            amount=eur(-minor if less else minor),
            on=DAY,
            reason="because",
            rule="small_balance" if what == "small_balance" else "",
            limit=eur(2_500),
        )
        return [made] if what == "small_balance" else [*self._agreed(what, minor, name), made]

    def _agreed(self, what: str, minor: int, name: str) -> list[InvoiceFact]:
        asked = AdjustmentProposed(
            at=AT,
            by="ada",
            adjustment=name,
            what=what,  # type: ignore[arg-type]  # One of its kinds.
            amount=eur(minor),
            role="ar_lead",
            reason="because",
        )
        agreed = AdjustmentDecided(at=AT, by="bea", adjustment=name, outcome="approved")
        return [asked, agreed]


def _undone(made: Adjusted, name: str) -> Adjusted:
    return Adjusted(
        at=AT,
        by="ada",
        adjustment=name,
        what=made.what,
        amount=-made.amount,
        on=DAY,
        reason="wrong",
        undoes=made.adjustment,
    )


_WHAT = st.sampled_from(
    "pay write_off cancel reopen undo claim credit_note debit_note small_balance refund".split()
)


@given(st.lists(st.tuples(_WHAT, st.integers(1, 15_000), st.sampled_from(["ada", "bea"]))))
def test_the_balance_is_the_sum_of_the_movements(tried: list[tuple[str, int, str]]) -> None:
    clerks = _Clerks()
    for one in tried:
        clerks.try_(*one)
        case = clerks.case
        moved = sum((one.amount for one in case.movements), start=case.amount)

        assert moved == (eur(0) if case.written_off else case.balance)
        # The auditor, who folds by its own code, says the same.
        assert clerks.standing.balance == case.balance.minor
        assert bool(clerks.standing.closed) == (case.is_settled or case.written_off is not None)


@given(
    st.lists(st.tuples(_WHAT, st.integers(1, 15_000), st.sampled_from(["ada", "bea"]))),
    st.integers(1, 10_000),
)
def test_taking_back_restores_the_balance(tried: list[tuple[str, int, str]], minor: int) -> None:
    clerks = _Clerks()
    for one in tried:
        clerks.try_(*one)
    before = clerks.case
    clerks.try_("credit_note", minor, "ada")
    if clerks.case.balance == before.balance:
        return
    after = told(clerks.case, _undone(clerks.case.adjustments[-1], "undo"))

    assert after.balance == before.balance
    assert after.is_settled == before.is_settled


@given(st.lists(st.tuples(_WHAT, st.integers(1, 15_000), st.sampled_from(["ada", "bea"]))))
def test_claims_never_change_what_the_invoice_owes(tried: list[tuple[str, int, str]]) -> None:
    clerks = _Clerks()
    for one in tried:
        clerks.try_(*one)
    before = clerks.case
    if open_claims(before.claims):
        return
    claim = raised("mine", first=date(2027, 1, 1), until=date(2027, 2, 1))
    paid = ClaimPaid(at=AT, by="ada", claim="mine", amount=eur(200), on=DAY)
    waived = ClaimWaived(
        at=AT, by="ada", claim="mine", amount=eur(300), reason="kind", limit=eur(2_500)
    )
    after = told(before, claim, paid, waived)

    assert (after.balance, after.movements) == (before.balance, before.movements)
    assert open_claims(after.claims) == []


def test_one_person_never_approves_what_they_asked_for() -> None:
    case = fold([opened()])
    asked = AdjustmentProposed(
        at=AT,
        by="ada",
        adjustment="a1",
        what="credit_note",
        amount=eur(5_000),
        role="ar_lead",
        reason="price",
    )
    case = told(case, asked)
    for name in ("ada", " Ada "):
        with pytest.raises(NotAllowed, match="another person"):
            told(case, AdjustmentDecided(at=AT, by=name, adjustment="a1", outcome="approved"))
    agreed = told(case, AdjustmentDecided(at=AT, by="bea", adjustment="a1", outcome="approved"))
    other_sum = Adjusted(
        at=AT,
        by="bea",
        adjustment="a1",
        what="credit_note",
        amount=eur(-6_000),
        on=DAY,
        reason="price",
    )
    with pytest.raises(NotAllowed, match="was approved, not"):
        told(agreed, other_sum)
