from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from dunning.cash.item import OpenItem, Proposal
from dunning.cash.matching import Evidence, proposals
from dunning.cash.rules import CashRules
from dunning.money import Money
from tests.dunning.cash.paying import eur, item, payment

ONE, TWO, THREE = item("I-1", 10_000), item("I-2", 2_500), item("I-3", 3_333)


def best(amount: int, *named: OpenItem, rules: CashRules | None = None, **more: object) -> Proposal:
    evidence = replace(Evidence(named=named), **more)  # type: ignore[arg-type]  # Its own fields.
    return proposals(payment(amount), evidence, rules)[0]


def parts(one: Proposal) -> dict[str, int]:
    return {part.invoice: part.amount.minor for part in one.parts}


def test_an_exact_reference_is_sure() -> None:
    found = best(10_000, ONE)

    assert (found.rule, found.sure, parts(found)) == ("exact_reference", True, {"I-1": 10_000})
    assert found.why == "names I-1"


def test_several_references_are_sure_when_they_are_paid_in_full() -> None:
    found = best(12_500, ONE, TWO)

    assert (found.sure, parts(found), found.left) == (True, {"I-1": 10_000, "I-2": 2_500}, eur(0))


def test_several_references_of_more_than_was_paid_wait() -> None:
    found = best(11_000, ONE, TWO)

    assert (found.rule, found.sure) == ("part_of_several", False)
    assert sum(parts(found).values()) == 11_000


def test_a_part_payment_of_one_invoice_is_sure_and_leaves_the_rest() -> None:
    found = best(4_000, ONE)

    assert (found.sure, parts(found)) == (True, {"I-1": 4_000})
    assert found.parts[0].short is None


def test_what_is_paid_too_much_is_left_for_the_account() -> None:
    found = best(10_500, ONE)

    assert (found.sure, parts(found), found.left) == (True, {"I-1": 10_000}, eur(500))


def test_a_small_difference_stays_open_with_its_reason() -> None:
    (part,) = best(9_901, ONE).parts

    assert (part.amount, part.short, part.short_for) == (eur(9_901), eur(99), "tolerance")


@pytest.mark.parametrize(("paid", "small"), [(9_900, True), (9_899, False), (9_500, False)])
def test_the_tolerance_is_the_smaller_of_share_and_amount(paid: int, small: bool) -> None:  # noqa: FBT001
    (part,) = best(paid, ONE).parts

    assert (part.short_for == "tolerance") is small


def test_the_tolerance_of_a_large_invoice_is_its_most() -> None:
    large = item("I-9", 1_000_000)

    assert best(999_500, large).parts[0].short == eur(500)
    assert best(999_499, large).parts[0].short is None


def discounted(until: date) -> OpenItem:
    return item("I-1", 10_000, discount=eur(300), discount_until=until)


def test_a_discount_taken_in_time_settles_the_invoice() -> None:
    (part,) = best(9_700, discounted(date(2026, 3, 9))).parts

    assert (part.deducted, part.deducted_for, part.short) == (eur(300), "discount", None)


def test_a_discount_taken_late_stays_open() -> None:
    (part,) = best(9_700, discounted(date(2026, 3, 8))).parts

    assert (part.deducted, part.short, part.short_for) == (None, eur(300), "discount_late")


def test_days_of_grace_make_a_late_discount_one_in_time() -> None:
    rules = CashRules(discount_grace_days=1)

    assert best(9_700, discounted(date(2026, 3, 8)), rules=rules).parts[0].deducted == eur(300)


def test_the_discount_of_two_invoices_stands_with_each() -> None:
    until = date(2026, 3, 31)
    items = [discounted(until), item("I-2", 5_000, discount=eur(100), discount_until=until)]
    found = best(14_600, *items)

    assert [part.deducted for part in found.parts] == [eur(300), eur(100)]
    assert parts(found) == {"I-1": 9_700, "I-2": 4_900}


def test_charges_the_statement_states_are_the_banks() -> None:
    paid = payment(8_800, charges=eur(1_200))
    (found,) = proposals(paid, Evidence(named=(ONE,)))

    assert (found.sure, found.parts[0].deducted_for) == (True, "bank_fee")


def test_charges_beyond_the_limit_are_a_part_payment() -> None:
    rules = CashRules(bank_fee_most=Decimal("11.99"))
    (found,) = proposals(payment(8_800, charges=eur(1_200)), Evidence(named=(ONE,)), rules)

    assert found.parts[0].deducted is None


def test_what_was_ordered_tells_the_charges_too() -> None:
    (found,) = proposals(payment(8_800, original=eur(10_000)), Evidence(named=(ONE,)))

    assert found.parts[0].deducted == eur(1_200)


def test_tax_withheld_at_a_rate_of_the_country_settles_the_invoice() -> None:
    rules = CashRules(withholding={"IN": (Decimal(10),)})

    assert best(9_000, ONE, rules=rules, country="IN").parts[0].deducted_for == "withholding"
    assert best(9_000, ONE, rules=rules, country="DE").parts[0].deducted is None
    assert best(8_990, ONE, rules=rules, country="IN").parts[0].deducted is None


def test_the_only_sum_of_a_known_payer_is_sure() -> None:
    found = best(5_833, payers=(ONE, TWO, THREE), payer="C-1")

    assert (found.rule, found.sure) == ("unique_sum", True)
    assert parts(found) == {"I-2": 2_500, "I-3": 3_333}


def test_two_possible_sums_wait_with_both() -> None:
    twins = (ONE, item("I-4", 10_000))
    found = proposals(payment(10_000), Evidence(payers=twins, payer="C-1"))

    assert [one.sure for one in found] == [False] * len(found)
    assert {one.invoices for one in found} >= {("I-1",), ("I-4",)}


def test_a_sum_is_not_sure_when_there_are_more_invoices_than_were_looked_at() -> None:
    assert not best(5_833, payers=(TWO, THREE), payer="C-1", more=True).sure


def test_a_sum_against_what_the_payer_wrote_is_not_sure() -> None:
    settled = replace(ONE, balance=eur(0))
    found = best(2_500, settled, payers=(TWO, THREE), payer="C-1")

    assert (found.invoices, found.sure) == (("I-2",), False)


def test_a_resembling_number_is_proposed_and_never_posted() -> None:
    every = CashRules(applied=("exact_reference", "similar_reference"))
    found = best(10_000, similar=((ONE, 100),), rules=every)

    assert (found.rule, found.sure) == ("similar_reference", False)


def test_the_team_decides_what_is_sure() -> None:
    assert not best(10_000, ONE, rules=CashRules(applied=())).sure


def test_doubt_about_the_text_waits() -> None:
    found = best(10_000, ONE, doubt="it can be read in two ways")

    assert not found.sure
    assert found.why.endswith("it can be read in two ways")


def test_another_currency_is_never_proposed() -> None:
    dollars = replace(ONE, balance=Money(10_000, "USD"), amount=Money(10_000, "USD"))
    evidence = Evidence(named=(dollars,), payers=(dollars,), similar=((dollars, 99),))

    assert proposals(payment(10_000), evidence) == []


def test_the_oldest_invoices_are_the_last_resort() -> None:
    old = replace(THREE, due_date=date(2026, 1, 1))
    found = proposals(payment(4_000), Evidence(payers=(ONE, old), payer="C-1"))

    assert found[-1].rule == "oldest_first"
    assert parts(found[-1]) == {"I-3": 3_333, "I-1": 667}


def test_a_structured_reference_goes_before_the_text() -> None:
    found = best(2_500, ONE, structured=(TWO,))

    assert (found.rule, found.invoices, found.sure) == ("creditor_reference", ("I-2",), True)
