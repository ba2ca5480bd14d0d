"""What is planted before a touch: it was paid, held, blocked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from dunning import dispute_facts, facts, promise_facts, proposal_facts, touch_facts
from dunning.contact_facts import ContactBlocked, ReplyReceived
from dunning.customer_facts import CustomerFact, CustomerPaused, HoldPlaced
from dunning.fact import Fact
from dunning.facts import InvoiceFact
from dunning.plan_facts import Instalment, PlanApproved, PlanProposed
from tests.dunning.audit.plant_books import A_DAY, AT_ONCE, Books, Plant


def before_touch(make: Callable[[touch_facts.TouchStarted, str], list[InvoiceFact]]) -> Plant:
    """Record something just before the last touch of an invoice was claimed."""

    def plant(books: Books) -> str | None:
        found = books.first_sent(lambda fact: fact.level > 0)
        if found is None:
            return None
        number, place, fact = found
        return books.insert(number, place, *make(fact, books.followed[number].invoice))

    return plant


def before_customer(make: Callable[[touch_facts.TouchStarted, str], list[CustomerFact]]) -> Plant:
    def plant(books: Books) -> str | None:
        found = books.first_sent(lambda fact: fact.level > 0)
        if found is None:
            return None
        number, _, fact = found
        latest = max(one.claimed_at for one in books.account.messages)
        if fact.at != latest:
            return None
        books.tell(*make(fact, books.followed[number].invoice))
        return books.followed[number].invoice

    return plant


def changed(**fields: object) -> Plant:
    def plant(books: Books) -> str | None:
        found = books.first_sent(lambda fact: fact.level > 0)
        return found and books.change(found[0], found[1], **fields)

    return plant


def messaged(**fields: object) -> Plant:
    def plant(books: Books) -> str | None:
        found = books.first_sent(lambda fact: fact.level > 0)
        if found is None:
            return None
        number, _, fact = found
        books.message(fact.attempt, **fields)
        return books.followed[number].invoice

    return plant


def moment_before(fact: Fact) -> datetime:
    return fact.at - AT_ONCE


def paid(fact: touch_facts.TouchStarted, _: str) -> list[InvoiceFact]:
    at = moment_before(fact)
    amount, on = fact.amount, at.date()
    return [facts.PaymentApplied(at=at, by="import", payment="P9", amount=amount, on=on)]


def written_off(fact: touch_facts.TouchStarted, _: str) -> list[InvoiceFact]:
    decided = proposal_facts.ProposalDecided(
        at=moment_before(fact), by="lena", what="write_off", outcome="approved"
    )
    asked = proposal_facts.ProposalMade(
        at=moment_before(fact), by="omar", what="write_off", role="controller", reason="small"
    )
    return [asked, decided, facts.WrittenOff(at=moment_before(fact), by="lena", reason="small")]


def disputed(fact: touch_facts.TouchStarted, invoice: str) -> list[InvoiceFact]:
    name = f"{invoice}/9"
    at = moment_before(fact)
    return [
        dispute_facts.DisputeOpened(at=at, by="maria", dispute=name, reason="price"),
        dispute_facts.DisputeAssigned(at=at, by="duncan", dispute=name, owner="pricing"),
        dispute_facts.DisputeEscalated(
            at=at, by="duncan", dispute=name, role="ar_lead", why="planted"
        ),
    ]


def graced(fact: touch_facts.TouchStarted, invoice: str) -> list[InvoiceFact]:
    resolved = dispute_facts.DisputeResolved(
        at=moment_before(fact), by="lena", dispute=f"{invoice}/9", outcome="upheld"
    )
    return [*disputed(fact, invoice), resolved]


def paused(fact: touch_facts.TouchStarted, _: str) -> list[InvoiceFact]:
    until = fact.at.date() + A_DAY
    return [facts.Paused(at=moment_before(fact), by="maria", reason="system", until=until)]


def promised(fact: touch_facts.TouchStarted, _: str) -> list[InvoiceFact]:
    on = fact.at.date() + timedelta(days=60)
    return [
        promise_facts.PromiseMade(
            at=moment_before(fact), by="maria", amount=fact.amount, promised_on=on
        ),
    ]


def escalated(fact: touch_facts.TouchStarted, _: str) -> list[InvoiceFact]:
    return [facts.Escalated(at=moment_before(fact), by="maria", to_role="ar_lead", hold=True)]


def held(code: str) -> Plant:
    return before_customer(
        lambda fact, _: [
            HoldPlaced(at=moment_before(fact), by="lena", hold="H9", code=code, why="x")
        ]
    )


def customer_paused(fact: touch_facts.TouchStarted, _: str) -> list[CustomerFact]:
    until = fact.at.date() + A_DAY
    return [CustomerPaused(at=moment_before(fact), by="maria", reason="system", until=until)]


def planned(fact: touch_facts.TouchStarted, invoice: str) -> list[CustomerFact]:
    at, on = moment_before(fact), fact.at.date() + timedelta(days=200)
    parts = (Instalment(on, fact.amount),)
    return [
        PlanProposed(at=at, by="maria", plan="PL9", invoices=(invoice,), instalments=parts),
        PlanApproved(at=at, by="lena", plan="PL9"),
    ]


def wrote(fact: touch_facts.TouchStarted, _: str) -> list[CustomerFact]:
    over = datetime(2027, 1, 1, tzinfo=UTC)
    return [
        ReplyReceived(
            at=moment_before(fact),
            by="duncan",
            reply="R9",
            channel="email",
            intents=(),
            hold_until=over,
        )
    ]


def blocked(code: str) -> Plant:
    return before_customer(
        lambda fact, _: [
            ContactBlocked(
                at=moment_before(fact),
                by="duncan",
                contact=fact.contact,
                channel=fact.channel,
                code=code,
            )
        ]
    )
