"""Commands about the people of the team: list, add, roles, leaving, passwords."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from commands import printing
from commands.cases.answers import Json, installation_of
from commands.installation import Installation
from commands.people.actions import LINK_LASTS, PeopleActions
from dunning.may import NotAllowed
from dunning.people import ROLES, Person
from ledger.identities import email_identity, subject_identity
from ledger.people import people_of
from worker import utc_now

group = typer.Typer(help="The people who work with Duncan.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="PERSON", help="The name the person acts under.")]
By = Annotated[str, typer.Option("--by", help="The administrator who does it.")]
# The desk as a browser on this machine reaches it, unless the settings name another address.
_LOCAL = "http://127.0.0.1:8080"


@group.command("list")
def list_command(context: typer.Context, json: Json = None) -> None:
    """List everybody who is or was on the team."""
    with installation_of(context).wiring.ledger.reading() as books:
        people = people_of(books.connection)
    if printing.answer({"people": [_listed(one) for one in people]}, json):
        return
    rows = [
        (one.person, one.name, ", ".join(one.roles), "active" if one.active else "left")
        for one in people
    ]
    printing.table("People", ("person", "name", "roles", "state"), rows)


@group.command()
def add(
    context: typer.Context,
    person: Name,
    by: By,
    role: Annotated[list[str], typer.Option("--role", help=", ".join(ROLES))],
    name: Annotated[str, typer.Option(help="The name colleagues read.")] = "",
    json: Json = None,
) -> None:
    """Add somebody; prints the link by which the person chooses a password."""
    link = _actions(context, by).add(person, name, *role)
    _say_link(context, person.strip().casefold(), link, json)


@group.command("role")
def role_command(
    context: typer.Context,
    person: Name,
    role: Annotated[str, typer.Argument(help=", ".join(ROLES))],
    by: By,
    take: Annotated[bool, typer.Option("--take", help="Take the role instead.")] = False,
    json: Json = None,
) -> None:
    """Give somebody a role, or take it."""
    actions = _actions(context, by)
    found = actions.take_role(person, role) if take else actions.give_role(person, role)
    _say(found, json)


@group.command()
def deactivate(
    context: typer.Context,
    person: Name,
    by: By,
    reason: Annotated[str, typer.Option(help="Why.")],
    back: Annotated[bool, typer.Option("--back", help="The person is back instead.")] = False,
    json: Json = None,
) -> None:
    """Let nobody act under the name any more, and end the person's sessions."""
    actions = _actions(context, by)
    found = actions.reactivate(person, reason) if back else actions.deactivate(person, reason)
    _say(found, json)


@group.command()
def reset(context: typer.Context, person: Name, by: By, json: Json = None) -> None:
    """Print a link by which the person chooses another password; sessions end."""
    link = _actions(context, by).reset(person)
    _say_link(context, person.strip().casefold(), link, json)


@group.command()
def account(
    context: typer.Context,
    person: Name,
    by: By,
    email: Annotated[str, typer.Option(help="E-mail address that the provider verified.")] = "",
    subject: Annotated[str, typer.Option(help="Subject of the account at the provider.")] = "",
    take: Annotated[bool, typer.Option("--take", help="Take the account away instead.")] = False,
    json: Json = None,
) -> None:
    """Say which account at the identity provider is whose."""
    issuer = installation_of(context).settings.oidc_issuer
    if bool(email) == bool(subject) or (subject and not issuer):
        raise NotAllowed("Name --email, or --subject where DUNCAN_OIDC_ISSUER is set.")
    known = subject_identity(issuer, subject) if subject else email_identity(email)
    actions = _actions(context, by)
    found = (actions.take_identity if take else actions.give_identity)(person, known)
    _say(found, json)


def link_address(installation: Installation, link: str, console: str = "") -> str:
    """The address of a one-time link, at the console's own address or the public one."""
    return f"{installation.settings.public_url.rstrip('/') or console or _LOCAL}/link/{link}"


def _actions(context: typer.Context, by: str) -> PeopleActions:
    return PeopleActions(installation_of(context).wiring.ledger, by, utc_now())


def _listed(one: Person) -> dict[str, Any]:
    return {"person": one.person, "name": one.name, "roles": list(one.roles), "active": one.active}


def _say(found: Person, json: str | None) -> None:
    if printing.answer(_listed(found), json):
        return
    roles = ", ".join(found.roles) or "no role"
    printing.say(f"{found.person}: {roles}{'' if found.active else ', left'}.")


def _say_link(context: typer.Context, person: str, link: str, json: str | None) -> None:
    address = link_address(installation_of(context), link)
    if printing.answer({"person": person, "link": address}, json):
        return
    days = LINK_LASTS.days
    printing.say(f"{person} chooses a password here, once, within {days} days:")
    printing.say(f"  {address}")
