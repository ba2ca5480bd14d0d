"""The contacts of a customer: who may be written to, where, and what they agreed to."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Response

from commands.cases.contact_actions import CONTACT_ROLES, ContactActions
from console.addresses import contacts_page
from console.desk import Desk, TheDesk
from console.once import acted_once
from console.reading.contacts import naming_of
from console.typed import TheForm, Typed
from dunning.may import NotAllowed

router = APIRouter(prefix="/contacts/{customer:path}")
CHANNELS = ("email", "sms")
_LONGEST_ADDRESS = 320


@router.post("/do/propose")
def propose(desk: TheDesk, typed: TheForm, customer: str) -> Response:
    """Name somebody else to write to."""

    def work() -> str:
        name = typed.text("name", required=True, longest=200)
        role = typed.choice("role", CONTACT_ROLES)
        email = typed.text("email", longest=_LONGEST_ADDRESS)
        phone = typed.text("phone", longest=40)
        if not email and not phone:
            typed.problems["email"] = "Give an e-mail address or a telephone number."
        typed.check()
        actions = desk.acting(ContactActions)
        actions.propose_contact(customer, name, role, email=email, phone=phone)
        return "The contact is proposed: a colleague has to verify it."

    return _acted(desk, typed, customer, work)


@router.post("/do/verify")
def verify(desk: TheDesk, typed: TheForm, customer: str) -> Response:
    """Use a contact from now on."""

    def work() -> str:
        contact, note = typed.text("contact", required=True), typed.text("note", required=True)
        typed.check()
        desk.acting(ContactActions).verify(customer, contact, note)
        return "The contact is used from now on."

    return _acted(desk, typed, customer, work)


@router.post("/do/block")
def block(desk: TheDesk, typed: TheForm, customer: str) -> Response:
    """Never use a contact on a channel again."""
    return _on_channel(desk, typed, customer, ContactActions.block, "The contact is blocked.")


@router.post("/do/unblock")
def unblock(desk: TheDesk, typed: TheForm, customer: str) -> Response:
    """Use a contact on a channel again."""
    return _on_channel(
        desk, typed, customer, ContactActions.unblock, "The contact may be used again."
    )


@router.post("/do/consent")
def consent(desk: TheDesk, typed: TheForm, customer: str) -> Response:
    """Note that a contact agreed to a channel."""

    def work() -> str:
        wording = typed.text("wording", required=True)
        contact, channel, source = _three(typed, "source")
        desk.acting(ContactActions).record_consent(customer, contact, channel, source, wording)
        return "The consent is noted."

    return _acted(desk, typed, customer, work)


@router.post("/do/withdraw")
def withdraw(desk: TheDesk, typed: TheForm, customer: str) -> Response:
    """Note that a contact does not want a channel any more."""
    return _on_channel(
        desk,
        typed,
        customer,
        ContactActions.withdraw_consent,
        "Noted: nothing is sent there any more.",
    )


@router.post("/do/away")
def away(desk: TheDesk, typed: TheForm, customer: str) -> Response:
    """Note that a contact is out of office."""

    def work() -> str:
        contact, until = typed.text("contact", required=True), typed.day("until", required=True)
        typed.check()
        assert until is not None, "checked above"
        desk.acting(ContactActions).note_away(customer, contact, until)
        return "Noted."

    return _acted(desk, typed, customer, work)


@router.get("")
def contacts(desk: TheDesk, customer: str) -> Response:
    """Everybody known at the customer, and who was named but not verified."""
    return _page(desk, customer)


def _on_channel(
    desk: Desk,
    typed: Typed,
    customer: str,
    act: Callable[[ContactActions, str, str, str, str], object],
    said: str,
) -> Response:
    """What changes how a contact may be used on a channel, for a reason."""

    def work() -> str:
        contact, channel, reason = _three(typed, "reason")
        act(desk.acting(ContactActions), customer, contact, channel, reason)
        return said

    return _acted(desk, typed, customer, work)


def _three(typed: Typed, last: str) -> tuple[str, str, str]:
    """Contact, channel and one text. Raises FieldProblems."""
    found = (
        typed.text("contact", required=True),
        typed.choice("channel", CHANNELS),
        typed.text(last, required=True),
    )
    typed.check()
    return found


def _acted(desk: Desk, typed: Typed, customer: str, work: Callable[[], str]) -> Response:
    return acted_once(
        desk,
        typed,
        work,
        contacts_page(customer),
        lambda shown, status: _page(desk, customer, shown, status),
    )


def _page(desk: Desk, customer: str, typed: Typed | None = None, status: int = 200) -> Response:
    with desk.parts.ledger.reading() as books:
        if not books.knows_customer(customer):
            raise NotAllowed(f"There is no customer {customer} in the books.")
        known, named = books.customer(customer), naming_of(books, customer)
    return desk.page(
        "contacts_page.html",
        status,
        typed=typed,
        customer=known,
        named=named,
        channels=CHANNELS,
        roles=CONTACT_ROLES,
    )
