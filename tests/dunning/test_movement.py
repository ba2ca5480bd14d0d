from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dunning import facts
from dunning.facts import InvoiceFact
from dunning.folding import fold
from dunning.money import Money

AT = datetime(2026, 2, 2, 9, tzinfo=UTC)
DUE = date(2026, 3, 2)


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def opened() -> facts.InvoiceOpened:
    return facts.InvoiceOpened(
        at=AT,
        by="import",
        invoice="I-1",
        customer="C-1",
        entity="demo",
        amount=eur(10_000),
        issue_date=AT.date(),
        due_date=DUE,
    )


def paid(minor: int, on: date, at: datetime = AT) -> facts.PaymentApplied:
    return facts.PaymentApplied(at=at, by="import", payment="P-1", amount=eur(minor), on=on)


def moves(*history: InvoiceFact) -> list[tuple[str, int, date]]:
    case = fold([opened(), *history])
    return [(one.kind, one.amount.minor, one.on) for one in case.movements]


def test_a_payment_counts_on_its_value_date() -> None:
    on = date(2026, 2, 20)

    assert moves(paid(4_000, on, AT + timedelta(days=60))) == [("payment", -4_000, on)]


def test_new_terms_keep_the_due_date_before_them() -> None:
    later = AT + timedelta(days=5)
    amended = facts.InvoiceAmended(at=later, by="i", amount=eur(9_000), due_date=date(2026, 4, 1))
    case = fold([opened(), amended])

    assert moves(amended) == [("amendment", -1_000, later.date())]
    assert case.movements[0].due_before == DUE


def test_what_comes_in_after_a_write_off_is_a_recovery_and_opens_nothing() -> None:
    given_up = facts.WrittenOff(at=AT + timedelta(days=30), by="cfo", reason="small")
    early, late = date(2026, 2, 10), date(2026, 5, 1)
    found = moves(paid(1_000, early), given_up, paid(500, early), paid(2_000, late))

    off = given_up.at.date()
    assert found == [
        ("payment", -1_000, early),
        ("write_off", -9_000, off),
        # Before the write-off the invoice owed that much less; since then it owes nothing.
        ("payment", -500, early),
        ("recovery", 500, off),
        ("payment", -2_000, late),
        ("recovery", 2_000, late),
    ]


@given(days=st.lists(st.integers(-20, 60), max_size=6), given_up=st.booleans())
def test_movements_add_up_to_the_balance(*, days: list[int], given_up: bool) -> None:
    history: list[InvoiceFact] = [
        paid(100 * place, AT.date() + timedelta(days=day)) for place, day in enumerate(days, 1)
    ]
    if given_up:
        history.insert(len(history) // 2, facts.WrittenOff(at=AT, by="cfo", reason="small"))
    case = fold([opened(), *history])
    open_now = case.amount + sum((one.amount for one in case.movements), start=eur(0))

    assert open_now == (eur(0) if given_up else case.balance)
