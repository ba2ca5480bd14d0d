"""Decides what follows from a reply: stops at once, believes what is clear, leaves the rest."""

from __future__ import annotations

from dunning import facts
from dunning.contact_facts import ContactAway, ReplyHandled, ReplyReceived
from replies.claims import believe
from replies.decision import Decision
from replies.opt_outs import come_back, wants_back
from replies.reading import Reading
from replies.standing import A_DAY, DUNCAN, Standing, oldest_first
from replies.stops import stop

# An absence moves the next message by so much at most.
AWAY_BUSINESS_DAYS = 3
# A task about more invoices than these tells nobody more.
MOST_OF_A_TASK = 20
# A person always deals with these; what they ask for is no automatic action.
_FOR_PEOPLE = {
    "question": "asks a question",
    "other": "says something Duncan does not act on",
}
_FLAGS_FOR_PEOPLE = {
    "plan_request": "asks to pay in instalments",
    "approval_pending": "says the invoice waits for approval",
    "instruction": "tries to give orders to the software",
}


def decide(reading: Reading, standing: Standing) -> Decision:
    """What follows from a person's message.

    Whatever it says, nobody is written to before it is dealt with or its service level runs out.
    What is doubtful only stops and holds; the rest is for a person.
    """
    decision = Decision()
    if reading.intents == ("out_of_office",) and not reading.flags:
        return note_absence(reading, standing)
    decision.customer.append(_received(reading, standing))
    if wants_back(standing, reading):
        come_back(standing, decision)
    else:
        stop(reading, standing, decision)
        for doubt in reading.doubts:
            decision.leave(doubt.rstrip("."))
        if not reading.doubts:
            believe(reading, standing, decision)
        leave_to_people(reading, decision)
    _finish(standing, decision)
    return decision


def note_absence(reading: Reading, standing: Standing) -> Decision:
    """What follows from an absence note: the day moves, the tone does not."""
    decision = Decision()
    back = reading.contacts.return_on
    latest = standing.business_days_on(AWAY_BUSINESS_DAYS)
    until = min(back - A_DAY, latest) if back else None
    if until is None or until < standing.today or not standing.contact:
        decision.acted.append("an absence note; nothing changes")
        return decision
    decision.customer.append(
        ContactAway(
            at=standing.now,
            by=DUNCAN,
            contact=standing.contact,
            until=until,
            reply=standing.reply,
        )
    )
    decision.acted.append(f"an absence note; this contact is not written to until {until}")
    return decision


def _received(reading: Reading, standing: Standing) -> ReplyReceived:
    return ReplyReceived(
        at=standing.now,
        by=DUNCAN,
        reply=standing.reply,
        channel=standing.channel,
        intents=reading.intents,
        hold_until=standing.answer_by,
    )


def leave_to_people(reading: Reading, decision: Decision) -> None:
    """Leave what no rule acts on to a person, and say what it is."""
    for intent in reading.intents:
        if intent in _FOR_PEOPLE and "acknowledgement" not in reading.flags:
            decision.leave(_FOR_PEOPLE[intent])
    for flag in reading.flags:
        # Who names the day of the payment run waits for nobody.
        is_said = flag == "approval_pending" and reading.promised_date is not None
        if flag in _FLAGS_FOR_PEOPLE and not is_said:
            decision.leave(_FLAGS_FOR_PEOPLE[flag])


def _finish(standing: Standing, decision: Decision) -> None:
    """Close the reply when nothing is left; else open one task for whoever has to look."""
    if not decision.left:
        outcome = "; ".join(decision.acted) or "nothing to do"
        handled = ReplyHandled(at=standing.now, by=DUNCAN, reply=standing.reply, outcome=outcome)
        decision.customer.append(handled)
        return
    why, role = "; ".join(decision.left), decision.role
    for case in oldest_first(standing.conversation or standing.cases)[:MOST_OF_A_TASK]:
        opened = facts.TaskOpened(
            at=standing.now,
            by=DUNCAN,
            task=reply_task(standing.customer.customer, standing.reply),
            what="reply",
            role=role,
            why=f"A customer's message: {why}.",
        )
        decision.record(case, opened)


def reply_task(customer: str, reply: str) -> str:
    """The task that asks people to deal with a reply."""
    return f"{customer}:reply:{reply}"
