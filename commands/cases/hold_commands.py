"""Commands about holds on a whole customer: a lawyer, an insolvency, hardship, a complaint."""

from __future__ import annotations

from typing import Annotated

import typer

from commands import printing
from commands.acting import Acting
from commands.authority import needs
from commands.cases.answers import By, Json, done_for_customer, installation_of
from commands.installation import Installation
from dunning.customer_facts import CustomerFact, HoldLifted, HoldPlaced
from dunning.may import NotAllowed
from ledger.books import Books
from worker import utc_now

group = typer.Typer(help="Hold everything of a customer until a person lifts it.")
CODES = (
    "LEGAL_INSOLVENCY",
    "LEGAL_STAY",
    "LEGAL_BREATHING_SPACE",
    "LEGAL_LITIGATION",
    "LEGAL_REPRESENTED",
    "LEGAL_DECEASED",
    "LEGAL_SANCTIONS",
    "HARDSHIP",
    "COMPLAINT",
    "SECURITY",
    "DO_NOT_AUTOMATE",
)
Owner = Annotated[str, typer.Argument(metavar="CUSTOMER", help="Customer number.")]
Reason = Annotated[str, typer.Option(help="Why.")]


class HoldActions(Acting):
    """Placing and lifting holds."""

    @needs("place_hold")
    def place(self, customer: str, code: str, why: str) -> int:
        """Hold a customer; how many open invoices that silences."""
        if code not in CODES:
            raise NotAllowed(f"{code!r} is no hold; use one of {', '.join(CODES)}.")
        name = f"{customer}:{code}:{self.now:%Y%m%dT%H%M%S}"
        fact = HoldPlaced(at=self.now, by=self.by, hold=name, code=code, why=why)
        return self._record_hold(customer, fact)

    @needs("lift_hold")
    def lift(self, customer: str, hold: str, reason: str) -> int:
        """Lift a hold; how many open invoices go on."""
        with self.ledger.reading() as books:
            known = {one.hold for one in books.customer(customer).holds}
        if hold not in known:
            raise NotAllowed(f"Customer {customer} has no hold {hold}.")
        fact = HoldLifted(at=self.now, by=self.by, hold=hold, reason=reason)
        return self._record_hold(customer, fact)

    def _record_hold(self, customer: str, fact: CustomerFact) -> int:
        def work(books: Books) -> int:
            books.lock_customers([customer])
            books.record_customer(customer, fact)
            cases = books.cases(books.open_invoices(customer))
            self.planner.plan_all(books, cases.values(), self.now)
            return len(cases)

        return self.ledger.transact(work)


@group.command("list")
def list_command(context: typer.Context, customer: Owner, json: Json = None) -> None:
    """List a customer's holds."""
    with installation_of(context).wiring.ledger.reading() as books:
        holds = books.customer(customer).holds
    rows = [
        {"hold": one.hold, "code": one.code, "why": one.why, "since": f"{one.at:%Y-%m-%d}"}
        for one in holds
    ]
    if printing.answer({"customer": customer, "holds": rows}, json):
        return
    table = [(one["since"], one["code"], one["why"], one["hold"]) for one in rows]
    printing.table(f"Holds of customer {customer}", ("since", "code", "why", "hold"), table)


@group.command()
def place(
    context: typer.Context,
    customer: Owner,
    code: Annotated[str, typer.Option(help=f"One of {', '.join(CODES)}.")],
    reason: Reason,
    by: By,
    json: Json = None,
) -> None:
    """Hold everything of a customer until a person lifts it."""
    invoices = _actions(installation_of(context), by).place(customer, code, reason)
    done_for_customer(context, customer, invoices, json)


@group.command()
def lift(
    context: typer.Context,
    customer: Owner,
    hold: Annotated[str, typer.Argument(help="Hold, as `duncan hold list` names it.")],
    reason: Reason,
    by: By,
    json: Json = None,
) -> None:
    """Lift a hold: the customer's cadences go on, not before tomorrow."""
    invoices = _actions(installation_of(context), by).lift(customer, hold, reason)
    done_for_customer(context, customer, invoices, json)


def _actions(installation: Installation, by: str) -> HoldActions:
    return HoldActions(installation.wiring.ledger, installation.wiring.planner, by, utc_now())
