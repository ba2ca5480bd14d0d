from __future__ import annotations

import csv
import io
import re
from datetime import date
from decimal import Decimal
from html import unescape
from zipfile import ZipFile

import pytest
from httpx import AsyncClient, Response

from dunning.money import Money
from dunning.payment import PaymentReceived
from tests.console.small_ledger import HOSTILE, NOW
from tests.console.team import HIDDEN, Team, sent

PAGE = "/cash/payment?payment="
FORMULA = "=1+1"


def _came_in(team: Team, number: str, amount: str, payer: str, reference: str = "thanks") -> None:
    fact = PaymentReceived(
        at=NOW,
        by="import",
        payment=number,
        amount=Money.parse(amount, "EUR"),
        on=date(2026, 5, 1),
        reference=reference,
        payer=payer,
    )
    team.books.wiring.ledger.transact(lambda books: books.record_payment(fact, 0))


def _balance(team: Team, invoice: str) -> Decimal:
    with team.books.wiring.ledger.reading() as books:
        return books.case(invoice).balance.major


async def _accepted(desk: AsyncClient, page: str, **changes: str) -> Response:
    """Press the button of the first proposal."""
    shown = (await desk.get(page)).text
    form = re.search(r'<form method="post" action="/cash/do/accept".*?</form>', shown, re.DOTALL)
    assert form, "something is proposed"
    hidden = {name: unescape(value) for name, value in HIDDEN.findall(form.group())}
    return await desk.post("/cash/do/accept", data=hidden | changes)


@pytest.fixture
def paid(team: Team) -> Team:
    """Books with a payment whose sum is exactly one of its payer's invoices."""
    _came_in(team, "P 7/a#1", "1250.00", "Halden Maschinenbau AG")
    return team


async def test_a_payment_stands_beside_its_ranked_proposals(paid: Team) -> None:
    async with paid.at_desk("associate") as desk:
        worklist = (await desk.get("/cash")).text
        page = (await desk.get("/cash/payment", params={"payment": "P 7/a#1"})).text

    assert 'href="/cash/payment?payment=P+7%2Fa%231"' in worklist
    assert "<strong>1,250.00 EUR</strong>" in worklist
    scores = [int(one) for one in re.findall(r'class="score">(\d+) %', page)]
    assert scores
    assert scores == sorted(scores, reverse=True)
    assert 'data-key="a"' in page


async def test_one_key_accepts_and_goes_on_with_the_next_payment(paid: Team) -> None:
    async with paid.at_desk("associate") as desk:
        answer = await _accepted(desk, "/cash/payment?payment=P+7%2Fa%231")
        following = await desk.get(answer.headers["location"])

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/cash/next?after=2026-05-01")
    assert following.headers["location"] == "/cash"
    assert _balance(paid, "INV-1") == 0


async def test_a_proposal_that_changed_meanwhile_is_not_accepted(paid: Team) -> None:
    async with paid.at_desk("associate") as desk:
        answer = await _accepted(
            desk, "/cash/payment?payment=P+7%2Fa%231", expected="INV-1=9999.00"
        )

    assert answer.status_code == 409
    assert "changed since you looked at it" in answer.text
    assert _balance(paid, "INV-1") == Decimal("1250.00")


async def test_a_second_click_applies_nothing_twice(paid: Team) -> None:
    async with paid.at_desk("associate") as desk:
        fields = {"invoice1": "INV-1", "amount1": "100.00"}
        first = await sent(desk, PAGE + "P+7%2Fa%231", "apply", fields, form="a" * 32)
        second = await sent(desk, PAGE + "P+7%2Fa%231", "apply", fields, form="a" * 32)

    assert first.status_code == second.status_code == 303
    assert _balance(paid, "INV-1") == Decimal("1150.00")


async def test_it_is_applied_by_hand_to_several_and_undone(paid: Team) -> None:
    fields = {"invoice1": "INV-1", "amount1": "1200.00", "invoice2": "INV-3"}
    async with paid.at_desk("associate") as desk:
        await sent(desk, PAGE + "P+7%2Fa%231", "apply", fields)
        part = _balance(paid, "INV-1"), _balance(paid, "INV-3")
        await sent(desk, PAGE + "P+7%2Fa%231", "undo-1", {"reason": "wrong invoice"})

    assert part == (Decimal("50.00"), Decimal(0))
    assert _balance(paid, "INV-1") == Decimal("1250.00")


async def test_what_is_refused_keeps_what_was_typed(paid: Team) -> None:
    fields = {"invoice1": "INV-404", "amount1": "abc", "note": "from <the> phone"}
    async with paid.at_desk("associate") as desk:
        answer = await sent(desk, PAGE + "P+7%2Fa%231", "apply", fields)
        unknown = await sent(desk, PAGE + "P+7%2Fa%231", "apply", fields | {"amount1": "1.00"})

    assert answer.status_code == unknown.status_code == 422
    assert "This is no amount" in answer.text
    assert 'value="INV-404"' in answer.text
    assert "from &lt;the&gt; phone</textarea>" in answer.text
    assert "There is no invoice INV-404" in unknown.text


async def test_it_is_kept_on_account_and_taken_off_again(paid: Team) -> None:
    async with paid.at_desk("associate") as desk:
        await sent(desk, PAGE + "P+7%2Fa%231", "on-account", {"customer": "C-1"})
        kept = (await desk.get("/cash?state=on_account")).text
        await sent(desk, PAGE + "P+7%2Fa%231", "undo", {"reason": "not theirs"})
        free = (await desk.get("/cash?state=on_account")).text

    assert "<bdi>P 7/a#1</bdi>" in kept
    assert "<bdi>P 7/a#1</bdi>" not in free


async def test_a_payer_is_learnt_and_forgotten(team: Team) -> None:
    _came_in(team, "P-8", "5.00", HOSTILE)
    async with team.at_desk("associate") as desk:
        await sent(desk, PAGE + "P-8", "learn", {"customer": "C-1"})
        learnt = (await desk.get("/cash/payers")).text
        payer = re.search(r'id="do-(forget-[0-9a-f]+)"', learnt)
        assert payer, "it can be forgotten"
        await sent(desk, "/cash/payers", payer.group(1), {"reason": "left the group"})
        forgotten = (await desk.get("/cash/payers")).text

    assert "&lt;script&gt;" in learnt
    assert HOSTILE not in learnt
    assert "No payer is remembered." in forgotten


@pytest.mark.parametrize(
    "role", ["viewer", "auditor", "senior", "manager", "controller", "administrator"]
)
async def test_who_may_not_post_cash_is_offered_nothing_and_refused(paid: Team, role: str) -> None:
    fields = {"form": "b" * 32, "do": "apply", "payment": "P 7/a#1", "invoice1": "INV-1"}
    async with paid.at_desk(role) as desk:
        page = (await desk.get(PAGE + "P+7%2Fa%231")).text
        answer = await desk.post("/cash/do/apply", data=fields)

    assert "/cash/do/" not in page
    assert answer.status_code == 403
    assert [one.right for one in paid.refused(role)] == ["post_cash"]
    assert _balance(paid, "INV-1") == Decimal("1250.00")


async def test_the_list_is_paged_by_key_and_taken_away_whole(team: Team) -> None:
    for number in range(25):
        _came_in(team, f"P-{number:02}", "1.00", f"Payer {number}", FORMULA)
    async with team.at_desk("associate") as desk:
        first = (await desk.get("/cash")).text
        following = re.search(r'rel="next" href="([^"]+)"', first)
        assert following, "there is a second page"
        second = (await desk.get(unescape(following.group(1)))).text
        file = await desk.get("/cash?file=csv")

    seen = [re.findall(r"payment=(P-\d+)", page) for page in (first, second)]
    assert [len(set(one)) for one in seen] == [10, 10]
    assert not set(seen[0]) & set(seen[1])
    with ZipFile(io.BytesIO(file.content)) as packed:
        rows = list(csv.reader(io.StringIO(packed.read("payments.csv").decode("utf-8-sig"))))
        control = packed.read("payments.control.csv").decode("utf-8-sig")
    assert len(rows) == 26
    assert all(FORMULA not in row for row in rows)
    assert "user,associate" in control
    assert "waiting EUR,25.00" in control


async def test_a_payment_that_is_not_there_is_said_plainly(team: Team) -> None:
    async with team.at_desk("associate") as desk:
        answer = await desk.get("/cash/payment?payment=nothing")
        damaged = await desk.get("/cash?after=nonsense~x")

    assert answer.status_code == 404
    assert damaged.status_code == 400
