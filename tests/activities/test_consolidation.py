"""One message for a customer: what it covers, lists, and at which level it speaks."""

from __future__ import annotations

from dunning import facts
from dunning.facts import InvoiceFact
from dunning.promise_facts import PromiseMade
from dunning.steps import SendTouch
from ledger.tables import MessageItemRow, table
from tests.activities.workshop import MESSAGE, Workshop, afternoon
from tests.cast import DUE, contact, customer, day, eur, invoice

ITEM = table(MessageItemRow)


def send_due(shop: Workshop, number: str, on: int) -> None:
    """Send what is due for the invoice so many days after the stories' due date."""
    now = afternoon(day(on))
    step = shop.plan(number, now)
    assert isinstance(step, SendTouch)
    assert step.at <= now
    shop.send(number, step, now)


def covered(shop: Workshop) -> list[tuple[str, bool, int]]:
    """The items of the last message: invoice, whether it is covered, its own level."""
    last = shop.rows(MESSAGE)[-1].attempt
    rows = [row for row in shop.rows(ITEM) if row.attempt == last]
    return sorted((row.invoice, row.covered, row.level) for row in rows)


def test_a_reminder_lists_what_is_overdue_and_covers_what_is_due(shop: Workshop) -> None:
    shop.opens(
        invoice("I-1"),
        # Overdue for a day only: listed, and its own first reminder comes later.
        invoice("I-2", due_date=day(2)),
        # Not due yet: neither.
        invoice("I-3", due_date=day(30)),
    )
    send_due(shop, "I-1", 3)

    assert covered(shop) == [("I-1", True, 1), ("I-2", False, 0)]
    text = shop.post.handed_over[-1].text
    assert "I-2" in text
    assert "I-3" not in text


def test_the_message_states_what_is_open_to_the_cent(shop: Workshop) -> None:
    shop.opens(invoice("I-1"), invoice("I-2", amount=eur("0.01")))
    paid = facts.PaymentApplied(
        at=afternoon(day(1)), by="b", payment="P", amount=eur("0.99"), on=day(1)
    )
    shop.add(paid)
    send_due(shop, "I-1", 3)

    assert [row.amount_minor for row in shop.rows(ITEM)] == [149_901, 1]
    assert "€1,499.02" in shop.post.handed_over[-1].text


def test_an_invoice_that_is_silent_is_neither_covered_nor_listed(shop: Workshop) -> None:
    shop.opens(*(invoice(f"I-{n}") for n in range(1, 5)))
    at = afternoon(day(1))
    held: dict[str, InvoiceFact] = {
        "I-2": facts.Paused(at=at, by="ada", reason="system", until=day(30)),
        "I-3": PromiseMade(at=at, by="ada", amount=eur("1500.00"), promised_on=day(9)),
        "I-4": facts.Escalated(at=at, by="ada", to_role="ar_lead", hold=True),
    }
    for number, fact in held.items():
        shop.add(fact, of=number)
        shop.plan(number, at)
    send_due(shop, "I-1", 3)

    assert [number for number, *_ in covered(shop)] == ["I-1"]


def test_a_courtesy_note_covers_what_falls_due_soon(shop: Workshop) -> None:
    shop.opens(invoice("I-1"), invoice("I-2", due_date=day(4)), invoice("I-3", due_date=day(9)))
    send_due(shop, "I-1", -5)

    assert covered(shop) == [("I-1", True, 0), ("I-2", True, 0)]


def test_a_trifle_is_listed_beside_others_but_never_the_reason(shop: Workshop) -> None:
    shop.opens(invoice("I-1"), invoice("I-2", amount=eur("10.00")))
    send_due(shop, "I-1", -5)

    assert covered(shop) == [("I-1", True, 0), ("I-2", False, 0)]


def test_customers_are_never_mixed(shop: Workshop) -> None:
    people = [customer("C-1", contact("Grace")), customer("C-2", contact("Hugo"))]
    shop.opens(invoice("I-1"), invoice("I-2", of="C-2"), customers=people)
    send_due(shop, "I-1", 3)

    assert [number for number, *_ in covered(shop)] == ["I-1"]
    assert shop.post.handed_over[-1].to_address == "grace@customer.example"


def test_the_letter_comes_in_the_customers_language(shop: Workshop) -> None:
    shop.opens(customers=[customer(locale="de_DE", country="DE", timezone="Europe/Berlin")])
    send_due(shop, "I-1", 3)

    assert shop.post.handed_over[-1].subject.startswith("Zahlungserinnerung")


def test_an_attempts_name_tells_nothing_and_is_its_own(shop: Workshop) -> None:
    shop.opens(invoice("I-1", due_date=DUE))
    send_due(shop, "I-1", 3)
    send_due(shop, "I-1", 10)
    attempts = [row.attempt for row in shop.rows(MESSAGE)]

    assert len(set(attempts)) == 2
    assert all(len(name) == 24 and int(name, 16) for name in attempts)


def test_a_formal_letter_is_not_repeated_for_a_younger_invoice(shop: Workshop) -> None:
    shop.opens(invoice("I-1"), invoice("I-2", due_date=day(44)))
    shop.spoke("I-1", "formal_notice", day(45))
    send_due(shop, "I-2", 49)
    [row] = shop.rows(MESSAGE)

    # The tone stays just below the letter that a person has to approve.
    assert (row.letter, row.level) == ("firm", 3)
    assert covered(shop) == [("I-1", False, 4), ("I-2", True, 1)]
