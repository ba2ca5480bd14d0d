"""Acting on cases: the actions of the desk, each once, as the person whose key it is."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Response

from activities.letter_request import OwnWords
from commands.cases.actions import Actions
from commands.cases.hold_commands import HoldActions
from commands.cases.show import show
from commands.cases.task_actions import TaskActions
from commands.mailroom.actions import ReplyActions
from commands.statements.actions import StatementActions
from console.api import orders
from console.api.access import Approver, Call, CaseWriter, RepliesWriter
from console.api.numbers import Number
from console.api.once import Answer, Sent, TheRequest, once
from console.api.shapes import Case, Held, Said
from dunning.dispute import invoice_of_dispute

router = APIRouter()


@router.post("/invoices/{invoice}/pause", tags=["actions"], response_model=Case)
def pause(call: CaseWriter, sent: TheRequest, invoice: Number, order: orders.Pause) -> Response:
    """Stop the cadence of an invoice."""

    def act(actions: Actions) -> object:
        return actions.pause(invoice, order.reason, order.until, order.note)

    return _on_case(call, sent, invoice, act)


@router.post("/invoices/{invoice}/resume", tags=["actions"], response_model=Case)
def resume(call: CaseWriter, sent: TheRequest, invoice: Number, order: orders.Resume) -> Response:
    """Lift the invoice's pause, promise and escalation."""

    def act(actions: Actions) -> object:
        return actions.resume(invoice, order.reason, order.note)

    return _on_case(call, sent, invoice, act)


@router.post("/invoices/{invoice}/escalate", tags=["actions"], response_model=Case)
def escalate(
    call: CaseWriter, sent: TheRequest, invoice: Number, order: orders.Escalate
) -> Response:
    """Hand the case to a role; Duncan is silent until somebody resumes it."""
    return _on_case(
        call, sent, invoice, lambda actions: actions.escalate(invoice, order.to, order.note)
    )


@router.post("/invoices/{invoice}/promise", tags=["actions"], response_model=Case)
def promise(call: CaseWriter, sent: TheRequest, invoice: Number, order: orders.Promise) -> Response:
    """Record a promise to pay; what the policy does not take by itself is proposed."""

    def act(actions: Actions) -> object:
        return actions.promise(invoice, orders.major(order.amount), order.date, order.note)

    return _on_case(call, sent, invoice, act)


@router.post("/invoices/{invoice}/dispute", tags=["actions"], response_model=Case)
def dispute(call: CaseWriter, sent: TheRequest, invoice: Number, order: orders.Dispute) -> Response:
    """Open a dispute about the invoice or a part of it."""

    def act(actions: Actions) -> object:
        return actions.dispute(invoice, order.reason, orders.major(order.amount), order.note)

    return _on_case(call, sent, invoice, act)


@router.post("/invoices/{invoice}/send-now", tags=["actions"], response_model=Case)
def send_now(
    call: CaseWriter, sent: TheRequest, invoice: Number, order: orders.SendNow
) -> Response:
    """Send the next touch at the next opening of the sending window."""
    said = order.words
    words = OwnWords(said.subject, said.text, said.made_from) if said else None
    return _on_case(
        call, sent, invoice, lambda actions: actions.send_now(invoice, order.note, words)
    )


@router.post("/disputes/{dispute}/resolve", tags=["actions"], response_model=Case)
def resolve(call: CaseWriter, sent: TheRequest, dispute: Number, order: orders.Resolve) -> Response:
    """End a dispute; what gives up more than the person may is proposed."""

    def act(actions: Actions) -> object:
        credit = orders.major(order.credit)
        return actions.resolve(dispute, order.outcome, order.note, credit=credit)

    return _on_case(call, sent, invoice_of_dispute(dispute), act)


@router.post("/invoices/{invoice}/approve", tags=["approvals"], response_model=Case)
def approve(call: Approver, sent: TheRequest, invoice: Number, order: orders.Decide) -> Response:
    """Approve the letter that waits."""

    def act(_: Actions) -> object:
        return call.acting(TaskActions, sent.seen).approve(invoice, order.note)

    return _on_case(call, sent, invoice, act)


@router.post("/invoices/{invoice}/decline", tags=["approvals"], response_model=Case)
def decline(call: Approver, sent: TheRequest, invoice: Number, order: orders.Decide) -> Response:
    """Decline the letter that waits."""

    def act(_: Actions) -> object:
        return call.acting(TaskActions, sent.seen).decline(invoice, order.note)

    return _on_case(call, sent, invoice, act)


@router.post("/invoices/{invoice}/proposal/approve", tags=["approvals"], response_model=Case)
def approve_proposal(
    call: Approver, sent: TheRequest, invoice: Number, order: orders.DecideProposal
) -> Response:
    """Agree to what another person proposed."""

    def act(actions: Actions) -> object:
        return actions.approve_proposal(invoice, order.what, note=order.note)

    return _on_case(call, sent, invoice, act)


@router.post("/invoices/{invoice}/proposal/decline", tags=["approvals"], response_model=Case)
def decline_proposal(
    call: Approver, sent: TheRequest, invoice: Number, order: orders.DecideProposal
) -> Response:
    """Do not agree to what was proposed."""

    def act(actions: Actions) -> object:
        return actions.decline_proposal(invoice, order.what, order.note)

    return _on_case(call, sent, invoice, act)


@router.post("/customers/{customer}/pause", tags=["actions"], response_model=Held)
def pause_customer(
    call: CaseWriter, sent: TheRequest, customer: Number, order: orders.Pause
) -> Response:
    """Stop every cadence of a customer."""
    actions = call.acting(Actions)
    return _on_customer(
        call,
        sent,
        customer,
        lambda: actions.pause_customer(customer, order.reason, order.until, order.note),
    )


@router.post("/customers/{customer}/resume", tags=["actions"], response_model=Held)
def resume_customer(
    call: CaseWriter, sent: TheRequest, customer: Number, order: orders.Resume
) -> Response:
    """Lift a customer's pause."""
    actions = call.acting(Actions)
    return _on_customer(
        call, sent, customer, lambda: actions.resume_customer(customer, order.reason, order.note)
    )


@router.post("/customers/{customer}/hold", tags=["actions"], response_model=Held)
def hold(call: CaseWriter, sent: TheRequest, customer: Number, order: orders.PlaceHold) -> Response:
    """Hold everything of a customer until a person lifts it."""
    actions = call.acting(HoldActions)
    return _on_customer(
        call, sent, customer, lambda: actions.place(customer, order.code, order.why)
    )


@router.post("/customers/{customer}/statement", tags=["actions"], response_model=Said)
def statement(
    call: CaseWriter, sent: TheRequest, customer: Number, order: orders.SendStatement
) -> Response:
    """Have a statement of account sent as soon as it may go; that of one day is sent once."""
    actions = call.acting(StatementActions)

    def work() -> Answer:
        said = actions.ask_statement(customer, order.as_of, order.entity, order.note)
        return Answer({"said": said})

    return once(call, sent, work)


@router.post("/replies/{reply}/handled", tags=["replies"], response_model=Said)
def handled(
    call: RepliesWriter, sent: TheRequest, reply: Number, order: orders.Outcome
) -> Response:
    """Note that a reply was dealt with: the customer may be written to again."""
    actions = call.acting(ReplyActions)
    return once(call, sent, lambda: Answer({"said": actions.handle(reply, order.outcome)}))


def _on_case(call: Call, sent: Sent, invoice: str, act: Callable[[Actions], object]) -> Response:
    """Act, and answer with the case after it."""

    def work() -> Answer:
        act(call.acting(Actions, sent.seen))
        with call.ledger.reading() as books:
            shown = show(books, call.planner, invoice, call.now)
            return Answer(shown, books.version(invoice))

    return once(call, sent, work)


def _on_customer(call: Call, sent: Sent, customer: str, act: Callable[[], int]) -> Response:
    return once(call, sent, lambda: Answer({"customer": customer, "invoices": act()}))
