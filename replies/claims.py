"""What a reply says about money: paid, promised, disputed, a copy wanted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from dunning import facts
from dunning.case import Case
from dunning.dispute_facts import DisputeOpened
from dunning.money import Money
from dunning.promise_facts import PromiseMade
from dunning.promises import promises_in_a_row
from replies.amounts import amounts_in
from replies.decision import Answer, Decision
from replies.reading import Reading
from replies.standing import DUNCAN, Standing, oldest_first

# How long money that was sent may take to arrive.
PAID_BUSINESS_DAYS = 5
# After a copy was sent, so long before the next reminder.
COPY_BUSINESS_DAYS = 3
# More files than these are no mail that anybody wants.
MOST_COPIES = 10
CLAIMED = "payment_claimed"


def believe(reading: Reading, standing: Standing, decision: Decision) -> None:
    """Act on what the message says about money, as far as it is clear and its sender is known."""
    for intent, act in (
        ("paid", _paid),
        ("dispute", _dispute),
        ("promise_to_pay", _promise),
        ("invoice_copy", _copy),
    ):
        if intent in reading.intents:
            act(reading, standing, decision)


def _paid(reading: Reading, standing: Standing, decision: Decision) -> None:
    """Hold what was paid until the money had time to arrive, and have it looked for."""
    cases = standing.meant(reading, "paid")
    if not cases:
        decision.leave("says it has paid; it is not clear which invoice")
        return
    again = [case for case in cases if case.pause and case.pause.reason == CLAIMED]
    if again:
        decision.leave(f"says again that it has paid {_named(again)}")
    until = standing.business_days_on(PAID_BUSINESS_DAYS)
    held = [
        case
        for case in cases
        if case not in again
        and _pause(standing, decision, case, CLAIMED, until)
        and decision.record(case, _match_task(standing))
    ]
    if held:
        decision.acted.append(f"{_named(held)} held until {until}; somebody looks for the payment")


def _pause(standing: Standing, decision: Decision, case: Case, reason: str, until: date) -> bool:
    """Hold an invoice until the day; a pause that lasts longer stays as it is."""
    if case.pause and case.pause.until >= until:
        return True
    paused = facts.Paused(
        at=standing.now, by=DUNCAN, reason=reason, until=until, reply=standing.reply
    )
    return decision.record(case, paused)


def _dispute(reading: Reading, standing: Standing, decision: Decision) -> None:
    cases = standing.meant(reading, "dispute")
    if not standing.trusted:
        decision.leave("disputes something, but nothing proves who wrote it")
        return
    if len(cases) != 1:
        decision.leave("disputes something; it is not clear which invoice")
        return
    (case,) = cases
    if any(dispute.is_open for dispute in case.disputes):
        decision.leave(f"writes about {case.invoice}, which is under dispute already")
        return
    amount = _disputed_amount(reading, case)
    opened = DisputeOpened(
        at=standing.now,
        by=DUNCAN,
        dispute=f"{case.invoice}/{len(case.disputes) + 1}",
        reason=reading.dispute_reason or "other",
        amount=amount,
        reply=standing.reply,
    )
    what = f"{amount} of {case.invoice}" if amount else case.invoice
    if decision.record(case, opened):
        decision.acted.append(f"a dispute about {what} ({opened.reason}) was opened")


def _disputed_amount(reading: Reading, case: Case) -> Money | None:
    """The one amount the dispute's own words name, when it is a part of what is open."""
    said = {
        span.amount
        for one in reading.evidence
        if one.intent == "dispute"
        for span in amounts_in(one.text, reading.language)
    }
    amount = _in_currency(said.pop(), case) if len(said) == 1 else None
    return amount if amount and 0 < amount.minor < (case.balance - case.disputed).minor else None


def _promise(reading: Reading, standing: Standing, decision: Decision) -> None:
    cases = oldest_first(standing.meant(reading, "promise_to_pay"))
    why_not = _why_no_promise(reading, standing, cases)
    if why_not:
        decision.leave(why_not)
        return
    day = reading.promised_date
    assert day is not None, "a promise without a date is left to a person"
    parts = _parts(reading, cases)
    if not parts:
        decision.leave("promises an amount that fits none of the invoices")
        return
    promised = [
        case for case, amount in parts if decision.record(case, _made(standing, amount, day))
    ]
    if promised:
        decision.acted.append(f"a promise for {day} was recorded for {_named(promised)}")


def _made(standing: Standing, amount: Money, day: date) -> PromiseMade:
    return PromiseMade(
        at=standing.now, by=DUNCAN, amount=amount, promised_on=day, reply=standing.reply
    )


def _why_no_promise(reading: Reading, standing: Standing, cases: Sequence[Case]) -> str:
    day = reading.promised_date
    if day is None:
        return "means to pay, but names no day"
    if not standing.trusted:
        return f"promises to pay on {day}, but nothing proves who wrote it"
    if not cases:
        return f"promises to pay on {day}; it is not clear which invoice"
    if len({case.amount.currency for case in cases}) > 1 and reading.promised_amount is not None:
        return "promises an amount for invoices of several currencies"
    return _beyond_policy(day, standing, cases)


def _beyond_policy(day: date, standing: Standing, cases: Sequence[Case]) -> str:
    rules = standing.promise_rules
    if (day - standing.today).days > rules.max_days_ahead:
        return f"promises to pay on {day}, later than the policy takes without approval"
    if any(promises_in_a_row(case) >= rules.max_in_a_row for case in cases):
        return f"promises again, after {rules.max_in_a_row} promises in a row"
    return ""


def _parts(reading: Reading, cases: Sequence[Case]) -> list[tuple[Case, Money]]:
    """How much of which invoice is promised: all that is open, or the amount, oldest first."""
    open_parts = [(case, case.balance - case.disputed) for case in cases]
    open_parts = [(case, part) for case, part in open_parts if part.minor > 0]
    if reading.promised_fraction is not None:
        return _share(open_parts, reading)
    if reading.promised_amount is None or not open_parts:
        return open_parts
    left = _in_currency(reading.promised_amount, cases[0])
    if left is None:
        return []
    exact = [(case, part) for case, part in open_parts if part == left]
    if exact:
        return exact[:1]
    parts = []
    for case, part in open_parts:
        taken = min(part, left)
        if taken.minor > 0:
            parts.append((case, taken))
            left -= taken
    return parts


def _share(parts: Sequence[tuple[Case, Money]], reading: Reading) -> list[tuple[Case, Money]]:
    share = reading.promised_fraction
    assert share is not None, "asked for only with a share"
    found = [(case, Money(int(part.minor * share), part.currency)) for case, part in parts]
    return [(case, part) for case, part in found if part.minor > 0]


def _copy(reading: Reading, standing: Standing, decision: Decision) -> None:
    cases = standing.meant(reading, "invoice_copy")
    if not standing.trusted or not standing.contact:
        decision.leave("asks for a copy, but nothing proves who wrote it")
        return
    if not cases:
        decision.leave("asks for a copy; it is not clear of which invoice")
        return
    if len(cases) > MOST_COPIES:
        decision.leave(f"asks for copies of {len(cases)} invoices")
        return
    until = standing.business_days_on(COPY_BUSINESS_DAYS)
    held = [case for case in cases if _pause(standing, decision, case, "copy_sent", until)]
    if held:
        decision.answers.append(Answer("invoice_copy", tuple(case.invoice for case in held)))
        decision.acted.append(f"a copy of {_named(held)} goes out; held until {until}")


def _match_task(standing: Standing) -> facts.TaskOpened:
    return facts.TaskOpened(
        at=standing.now,
        by=DUNCAN,
        task=match_task(standing.customer.customer, standing.reply),
        what="match_payment",
        role="associate",
        why="The customer says it has paid; find the payment.",
    )


def match_task(customer: str, reply: str) -> str:
    """The task to find the payment that a reply speaks of."""
    return f"{customer}:match_payment:{reply}"


def _in_currency(amount: Decimal, case: Case) -> Money | None:
    try:
        return Money.parse(amount, case.amount.currency)
    except ValueError:
        return None


def _named(cases: Sequence[Case]) -> str:
    return ", ".join(case.invoice for case in cases)
