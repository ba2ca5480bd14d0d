from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from dunning.money import Money
from tests.cast import DUE, contact, customer, day, eur, invoice
from tests.playing import Asked
from tests.stories import Stage

# Comes on day 4 and asks for its first reminder on the day of the other's second.
YOUNGER = invoice("I-2", issue_date=day(4), due_date=day(7))


async def test_a_customer_with_thirty_invoices_gets_one_message_a_day(stage: Stage) -> None:
    rows = [invoice(f"I-{n:02}", due_date=DUE + timedelta(days=n // 3)) for n in range(30)]
    await stage.opens(*rows)
    await stage.evening(day(44))
    sent = stage.sent()

    assert len({one.day for one in sent}) == len(sent)
    assert [one.letter for one in sent] == [
        "courtesy",
        "courtesy",
        "reminder",
        "request",
        "request",
        "firm",
        "firm",
    ]
    # Every invoice got the first three levels, none of them twice.
    reached = Counter(number for one in sent if one.letter == "firm" for number in one.invoices)
    assert reached == Counter(row.invoice for row in rows)
    # Nobody has to call thirty times.
    assert [(task.what, len(task.invoices)) for task in stage.tasks()] == [
        ("contact", 30),
        ("call", 30),
        ("escalation", 30),
    ]


async def test_the_highest_level_speaks_for_all(stage: Stage) -> None:
    await stage.opens()
    await stage.morning(day(4))
    await stage.opens(YOUNGER)
    await stage.evening(day(10))
    last = stage.sent()[-1]

    assert (last.day, last.letter, last.invoices) == ("Thu 12 Mar", "request", ["I-1", "I-2"])
    assert "I-2" in stage.post.handed_over[-1].text
    # The younger invoice itself climbed one level only.
    assert stage.case("I-2").level == 1


async def test_paying_the_oldest_invoice_leaves_the_others_at_their_own_level(stage: Stage) -> None:
    await stage.opens()
    await stage.morning(day(4))
    await stage.opens(YOUNGER)
    await stage.morning(day(11))
    await stage.pays(eur("1500.00"), "I-1")
    await stage.evening(day(17))
    last = stage.sent()[-1]

    assert (last.day, last.letter, last.invoices) == ("Thu 19 Mar", "request", ["I-2"])
    assert stage.case("I-2").level == 2


async def test_two_currencies_are_never_added(stage: Stage) -> None:
    yen = invoice("I-2", amount=Money.parse("30000", "JPY"))
    await stage.opens(invoice("I-1"), yen)
    await stage.evening(day(3))
    text = stage.post.handed_over[-1].text

    assert stage.sent()[-1].invoices == ["I-1", "I-2"]
    assert "Total: €1,500.00 and JP¥30,000" in text


async def test_a_trifle_is_not_written_about(stage: Stage) -> None:
    await stage.opens(invoice(amount=eur("24.99")))
    await stage.evening(day(12))

    assert stage.post.handed_over == []
    assert ("Thu 5 Mar", "reminder", "MIN_AMOUNT") in stage.withheld()


async def test_a_customer_without_an_address_becomes_a_task(stage: Stage) -> None:
    nobody = replace(contact("Grace"), email="")
    await stage.opens(customers=[customer("C-1", nobody)])
    await stage.evening(day(10))

    assert stage.post.handed_over == []
    assert stage.tasks() == [Asked("Wed 25 Feb", "contact", "associate", ["I-1"])]
    assert [(step, code) for _, step, code in stage.passed_over()] == [
        ("courtesy", "NO_CONTACT"),
        ("reminder", "NO_CONTACT"),
        ("request", "NO_CONTACT"),
    ]


async def test_an_address_that_comes_later_is_used_from_then_on(stage: Stage) -> None:
    await stage.opens(customers=[customer("C-1", replace(contact("Grace"), email=""))])
    await stage.morning(day(5))
    await stage.opens(customers=[customer()])
    await stage.evening(day(10))

    # No level is skipped: the first letter is the first reminder, on the day of the second.
    assert stage.letters() == [("Thu 12 Mar", "reminder")]


async def test_the_text_message_goes_to_those_who_agreed(stage: Stage) -> None:
    await stage.opens(customers=[customer("C-1", contact("Grace", phone="+447700900123"))])
    await stage.evening(day(14))
    last = stage.sent()[-1]

    assert (last.day, last.channel, last.letter) == ("Mon 16 Mar", "sms", "request")
    assert stage.post.handed_over[-1].to_address == "+447700900123"
    assert stage.passed_over() == []


async def test_who_did_not_agree_gets_no_text_message(stage: Stage) -> None:
    person = replace(contact("Grace", phone="+447700900123"), sms_consent=False)
    await stage.opens(customers=[customer("C-1", person)])
    await stage.evening(day(14))

    assert {one.channel for one in stage.sent()} == {"email"}
    assert stage.passed_over() == [("Mon 16 Mar", "request_sms", "NO_CONSENT")]


async def test_formal_letters_go_to_the_manager(stage: Stage) -> None:
    people = (contact("Grace"), contact("Hugo", "manager"))
    await stage.opens(customers=[customer("C-1", *people)])
    await stage.morning(day(46))
    await stage.do(lambda desk: desk.approve("I-1"))
    await stage.evening(day(46))

    assert stage.sent()[-1].letter == "formal_notice"
    assert stage.post.handed_over[-1].to_address == "hugo@customer.example"


async def test_an_approval_counts_for_every_invoice_of_its_task(stage: Stage) -> None:
    await stage.opens(invoice("I-1"), invoice("I-2"))
    await stage.morning(day(46))
    await stage.do(lambda desk: desk.approve("I-2"))
    await stage.evening(day(46))

    assert stage.sent()[-1].letter == "formal_notice"
    assert stage.sent()[-1].invoices == ["I-1", "I-2"]


async def test_customers_do_not_hold_each_other_up(stage: Stage) -> None:
    await stage.opens(
        invoice("I-1"), invoice("I-2", of="C-2"), customers=[customer(), customer("C-2")]
    )
    await stage.morning(day(5))
    await stage.do(lambda desk: desk.dispute("I-1", "price", Decimal(1500)))
    await stage.evening(day(10))

    assert stage.sent()[-1].invoices == ["I-2"]
