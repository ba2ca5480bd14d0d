"""Commands about contacts: who they are, what blocks them, and what they agreed to."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from commands import printing
from commands.cases.answers import By, Json, day, installation_of, told
from commands.cases.contact_actions import CONTACT_ROLES, ContactActions
from commands.cases.note_actions import NoteActions
from commands.sending.channel_commands import Channel
from dunning.contact_facts import Contact
from dunning.customer import Customer
from dunning.may import NotAllowed
from worker import utc_now

group = typer.Typer(help="The people customers are written to.", no_args_is_help=True)
consent = typer.Typer(help="What contacts agreed to.", no_args_is_help=True)
Owner = Annotated[str, typer.Argument(metavar="CUSTOMER", help="Customer number.")]
Who = Annotated[
    str, typer.Argument(metavar="CONTACT", help="Contact, as `duncan contact list` names it.")
]
On = Annotated[Channel, typer.Option("--channel", help="The channel it is about.")]
Reason = Annotated[str, typer.Option(help="Why.")]


@group.command("list")
def list_command(context: typer.Context, customer: Owner, json: Json = None) -> None:
    """List a customer's contacts, and those that replies named."""
    rows = _rows_of(context, customer)
    if printing.answer({"customer": customer, "contacts": rows}, json):
        return
    table = [
        (
            one["contact"],
            one["name"],
            one["role"],
            one["email"],
            one["phone"] + (" (agreed to SMS)" if one["sms_consent"] else ""),
            "to be verified" if one["proposed"] else _blocked(one),
        )
        for one in rows
    ]
    columns = ("contact", "name", "role", "e-mail", "telephone", "state")
    printing.table(f"Contacts of customer {customer}", columns, table)


@group.command()
def propose(
    context: typer.Context,
    customer: Owner,
    name: Annotated[str, typer.Option(help="Who it is.")],
    by: By,
    role: Annotated[str, typer.Option(help=f"One of {', '.join(CONTACT_ROLES)}.")] = "billing",
    email: Annotated[str, typer.Option(help="E-mail address.")] = "",
    phone: Annotated[str, typer.Option(help="Telephone number, as in +49 30 1234567.")] = "",
    json: Json = None,
) -> None:
    """Name somebody to write to; a colleague has to verify the contact."""
    actions = _actions(context, by)
    said = actions.propose_contact(customer, name, role, email=email, phone=phone)
    _done(context, customer, said, json)


@group.command()
def away(
    context: typer.Context,
    customer: Owner,
    contact: Who,
    until: Annotated[str, typer.Option(help="Last day, YYYY-MM-DD.")],
    by: By,
    json: Json = None,
) -> None:
    """Note that a contact is out of office."""
    said = _actions(context, by).note_away(customer, contact, day(until))
    _done(context, customer, said, json)


@group.command()
def note(
    context: typer.Context,
    customer: Owner,
    text: Annotated[str, typer.Argument(help="What colleagues should know.")],
    by: By,
    invoice: Annotated[str, typer.Option(help="About this invoice of the customer.")] = "",
    json: Json = None,
) -> None:
    """Write a note for colleagues about a customer, or about one of its invoices."""
    wiring = installation_of(context).wiring
    actions = NoteActions(wiring.ledger, wiring.planner, by, utc_now())
    if invoice:
        with wiring.ledger.reading() as books:
            if books.case(invoice).customer != customer:
                raise NotAllowed(f"Invoice {invoice} is not one of customer {customer}.")
        said = actions.note_invoice(invoice, text)
    else:
        said = actions.note_customer(customer, text)
    if not printing.answer({"customer": customer, "invoice": invoice, "outcome": said}, json):
        printing.say(said)


@group.command()
def verify(
    context: typer.Context,
    customer: Owner,
    contact: Who,
    by: By,
    note: Annotated[str, typer.Option(help="How it was verified: never by the reply itself.")],
    json: Json = None,
) -> None:
    """Use a contact that a reply named, now that you made sure by another way."""
    _done(context, customer, _actions(context, by).verify(customer, contact, note), json)


@group.command()
def block(
    context: typer.Context,
    customer: Owner,
    contact: Who,
    channel: On,
    reason: Reason,
    by: By,
    json: Json = None,
) -> None:
    """Never use a contact on a channel again, until somebody unblocks it."""
    said = _actions(context, by).block(customer, contact, channel.value, reason)
    _done(context, customer, said, json)


@group.command()
def unblock(
    context: typer.Context,
    customer: Owner,
    contact: Who,
    channel: On,
    reason: Reason,
    by: By,
    json: Json = None,
) -> None:
    """Use a contact on a channel again, whatever blocked it."""
    said = _actions(context, by).unblock(customer, contact, channel.value, reason)
    _done(context, customer, said, json)


@consent.command("record")
def record_command(
    context: typer.Context,
    customer: Owner,
    contact: Who,
    channel: On,
    by: By,
    source: Annotated[str, typer.Option(help="Where it was given, such as a contract.")],
    wording: Annotated[str, typer.Option(help="In which words.")] = "",
    json: Json = None,
) -> None:
    """Note that a contact agreed to a channel."""
    actions = _actions(context, by)
    said = actions.record_consent(customer, contact, channel.value, source, wording)
    _done(context, customer, said, json)


@consent.command("withdraw")
def withdraw_command(
    context: typer.Context,
    customer: Owner,
    contact: Who,
    channel: On,
    reason: Reason,
    by: By,
    json: Json = None,
) -> None:
    """Note that a contact does not want a channel any more."""
    said = _actions(context, by).withdraw_consent(customer, contact, channel.value, reason)
    _done(context, customer, said, json)


def _actions(context: typer.Context, by: str) -> ContactActions:
    wiring = installation_of(context).wiring
    return ContactActions(wiring.ledger, wiring.planner, by, utc_now())


def _done(context: typer.Context, customer: str, said: str, json: str | None) -> None:
    """Answer with what was done and the contacts as they are now."""
    rows = _rows_of(context, customer)
    told(context, {"customer": customer, "contacts": rows, "outcome": said}, json)


def _rows_of(context: typer.Context, customer: str) -> list[dict[str, Any]]:
    with installation_of(context).wiring.ledger.reading() as books:
        if not books.knows_customer(customer):
            raise NotAllowed(f"There is no customer {customer} in the books.")
        return _rows(books.customer(customer))


def _rows(customer: Customer) -> list[dict[str, Any]]:
    known = [_row(customer, one, proposed=False) for one in customer.contacts]
    return [*known, *(_row(customer, one, proposed=True) for one in customer.proposed)]


def _row(customer: Customer, contact: Contact, *, proposed: bool) -> dict[str, Any]:
    reasons = [
        {"channel": channel, "code": code}
        for who, channel, code in customer.blocked
        if who == contact.contact
    ]
    return {
        "contact": contact.contact,
        "name": contact.name,
        "role": contact.role,
        "email": contact.email,
        "phone": contact.phone,
        "sms_consent": contact.sms_consent,
        "blocked": reasons,
        "proposed": proposed,
    }


def _blocked(row: dict[str, Any]) -> str:
    said = (f"no {one['channel']} ({one['code']})" for one in row["blocked"])
    return ", ".join(said) or "in use"
