"""What came of a call, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from commands.cases.call_actions import Call, CallActions
from dunning import facts
from dunning.customer import Customer
from dunning.may import NotAllowed
from dunning.steps import Wait
from tests.activities.workshop import TASK, Workshop, afternoon, workshop
from tests.cast import contact, customer, day, eur, invoice

NOW = afternoon(day(4))
CALL = "C-1:call"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    """Two open invoices, and a call to make about both."""
    with workshop(tmp_path) as found:
        people = [customer("C-1", contact("Ann", phone="+442079460000"))]
        found.opens(invoice("I-1"), invoice("I-2", due_date=day(1)), customers=people)
        asked = facts.TaskOpened(
            at=NOW, by="duncan", task=CALL, what="call", role="associate", why="the policy asks"
        )
        for number in ("I-1", "I-2"):
            found.add(asked, of=number)
        yield found


def calling(shop: Workshop, at: int = 4) -> CallActions:
    """An associate who called."""
    return CallActions(shop.wiring.ledger, shop.wiring.planner, "ada", afternoon(day(at)))


def tasks(shop: Workshop) -> list[tuple[str, str, str]]:
    """What was asked of whom, and what came of it."""
    return [(row.what, row.raised_to or row.role, row.outcome) for row in shop.rows(TASK)]


def known(shop: Workshop) -> Customer:
    """The customer as the books know it."""
    with shop.wiring.ledger.reading() as books:
        return books.customer("C-1")


def test_a_promise_on_the_phone_is_one_for_every_invoice_of_the_call(shop: Workshop) -> None:
    calling(shop).log_call(CALL, Call("right_party_promise", promised_on=day(9)))
    promised = [shop.case(number).promise for number in ("I-1", "I-2")]

    assert [(one.amount, one.promised_on) for one in promised if one] == [
        (eur("1500.00"), day(9))
    ] * 2
    assert tasks(shop) == [("call", "associate", "right_party_promise")]


def test_an_amount_on_the_phone_goes_to_the_oldest_invoice_first(shop: Workshop) -> None:
    call = Call("right_party_promise", promised_on=day(9), amount=Decimal(2000))
    calling(shop).log_call(CALL, call)
    promised = [shop.case(number).promise for number in ("I-1", "I-2")]

    assert [one.amount for one in promised if one] == [eur("1500.00"), eur("500.00")]
    with pytest.raises(NotAllowed, match="no open call"):
        calling(shop).log_call(CALL, call)


def test_more_than_is_open_cannot_be_promised(shop: Workshop) -> None:
    call = Call("right_party_promise", promised_on=day(9), amount=Decimal("3000.01"))

    with pytest.raises(NotAllowed, match=r"0\.01 EUR more is promised than is open"):
        calling(shop).log_call(CALL, call)
    assert tasks(shop) == [("call", "associate", "")]


def test_a_promise_beyond_the_policy_asks_for_approval(shop: Workshop) -> None:
    call = Call("right_party_promise", promised_on=day(60), invoice="I-2")
    calling(shop).log_call(CALL, call)

    assert shop.case("I-1").proposals == ()
    assert shop.case("I-2").proposals[-1].what == "promise"
    assert tasks(shop)[1] == ("promise_approval", "ar_lead", "")


def test_who_was_not_reached_is_called_again_and_then_it_is_the_leads_call(shop: Workshop) -> None:
    for at in (4, 7):
        calling(shop, at).log_call(CALL, Call("no_answer"))
    before = tasks(shop)
    calling(shop, 8).log_call(CALL, Call("left_message"))

    assert before == [("call", "associate", "")]
    assert tasks(shop) == [("call", "ar_lead", "")]


def test_a_wrong_number_is_not_used_again_and_somebody_looks_for_the_right_one(
    shop: Workshop,
) -> None:
    calling(shop).log_call(CALL, Call("wrong_number"))

    assert [(one[1], one[2]) for one in known(shop).blocked] == [("sms", "WRONG_PARTY")]
    assert tasks(shop) == [("call", "associate", "wrong_number"), ("contact", "associate", "")]


def test_who_refuses_is_the_next_roles_affair(shop: Workshop) -> None:
    calling(shop).log_call(CALL, Call("refused", note="says it never ordered"))
    escalation = shop.case("I-1").escalation

    assert escalation is not None
    assert (escalation.to_role, escalation.hold) == ("ar_lead", False)
    assert tasks(shop)[1] == ("escalation", "ar_lead", "")


def test_hardship_holds_the_whole_customer_until_a_person_lifts_it(shop: Workshop) -> None:
    calling(shop).log_call(CALL, Call("hardship"))
    step = shop.plan("I-1", NOW)

    assert [hold.code for hold in known(shop).holds] == ["HARDSHIP"]
    assert isinstance(step, Wait)
    assert step.code == "HARDSHIP"
    assert tasks(shop)[1] == ("hardship", "ar_lead", "")


def test_who_says_it_has_paid_is_left_in_peace_while_the_money_is_looked_for(
    shop: Workshop,
) -> None:
    done = calling(shop).log_call(CALL, Call("paid"))

    assert done.case.pause is not None
    assert (done.case.pause.reason, done.case.pause.until) == ("payment_claimed", day(11))
    assert tasks(shop)[1] == ("match_payment", "associate", "")


def test_a_dispute_on_the_phone_is_about_one_invoice(shop: Workshop) -> None:
    with pytest.raises(NotAllowed, match="which invoice is disputed"):
        calling(shop).log_call(CALL, Call("dispute", reason="price"))

    calling(shop).log_call(CALL, Call("dispute", reason="price", invoice="I-2"))

    assert [one.reason for one in shop.case("I-2").disputes] == ["price"]
    assert shop.case("I-1").disputes == ()


@pytest.mark.parametrize(
    ("call", "why"),
    [
        (Call("shouted"), "no outcome of a call"),
        (Call("right_party_promise"), "for which day"),
        (Call("dispute", reason="mood"), "is no reason"),
        (Call("right_party_promise", promised_on=day(9), invoice="I-9"), "not about invoice I-9"),
    ],
)
def test_a_call_that_cannot_be_understood_changes_nothing(
    shop: Workshop, call: Call, why: str
) -> None:
    with pytest.raises(NotAllowed, match=why):
        calling(shop).log_call(CALL, call)

    assert tasks(shop) == [("call", "associate", "")]


def test_only_a_call_has_the_outcome_of_a_call(shop: Workshop) -> None:
    asked = facts.TaskOpened(at=NOW, by="duncan", task="T", what="decide", role="x", why="y")
    shop.add(asked)

    with pytest.raises(NotAllowed, match="no open call T"):
        calling(shop).log_call("T", Call("no_answer"))
