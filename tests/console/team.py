"""A team of one person of each role, at the desk over a copy of the small ledger of their own."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import unescape
from http.client import SEE_OTHER
from pathlib import Path

from httpx import AsyncClient, Response

from commands.cases.actions import Actions
from commands.people.sign_in import SignIns
from console.visit import SESSION
from dunning.people import ROLES
from dunning.person_facts import ActionRefused, PersonAdded, RoleGiven
from ledger.books import Books
from ledger.people import record_person
from settings import Settings
from tests.console.small_ledger import NOW, SmallLedger
from tests.console.visiting import visiting
from worker import wire

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


@dataclass(frozen=True)
class Team:
    """The books, which a test may change, and everybody who works with them.

    The person of a role is called as the role is.
    """

    books: SmallLedger

    def at_desk(self, role: str, **headers: str) -> AsyncClient:
        """A browser in which the person of a role has signed in."""
        desk = visiting(self.books.app())
        token = SignIns(self.books.wiring.ledger, NOW).trusted(role, "password")
        desk.cookies.set(SESSION, token)
        desk.headers.update(headers)
        return desk

    def acting(self, role: str) -> Actions:
        """What the person of a role does elsewhere, now."""
        return replace(self.books.actions(NOW), by=role)

    def stranger(self) -> AsyncClient:
        """A browser in which nobody has signed in."""
        return visiting(self.books.app())

    def refused(self, role: str) -> list[ActionRefused]:
        """What was refused to the person of a role."""
        with self.books.wiring.ledger.reading() as books:
            facts = books.histories([f"person:{role}"])[f"person:{role}"]
        return [fact for fact in facts if isinstance(fact, ActionRefused)]

    def version(self, invoice: str) -> int:
        """How many facts the books have of an invoice."""
        with self.books.wiring.ledger.reading() as books:
            return books.version(invoice)


def team_over(ledger: SmallLedger, home: Path) -> Team:
    """The team over a copy of the books."""
    copied = copy_of(ledger, home)

    def work(books: Books) -> None:
        for role in ROLES:
            added = PersonAdded(at=NOW, by="setup", person=role, name=f"{role.title()} Person")
            record_person(books, role, added, RoleGiven(at=NOW, by="setup", role=role))

    copied.wiring.ledger.transact(work)
    return Team(copied)


def copy_of(ledger: SmallLedger, home: Path) -> SmallLedger:
    """The books once more, to be changed."""
    shutil.copytree(ledger.outbox.parent, home, dirs_exist_ok=True)
    settings = Settings(_env_file=None, home=home)  # type: ignore[call-arg]  # Pydantic's own.
    return SmallLedger(wire(settings), settings.outbox_folder)


async def sent(
    desk: AsyncClient, page: str, dialog: str, fields: Mapping[str, str], form: str = ""
) -> Response:
    """Fill in a dialog of a page and send it, as a browser would; redirects are not followed."""
    shown = (await desk.get(page)).text
    found = re.search(rf'<dialog id="do-{dialog}".*?</dialog>', shown, re.DOTALL)
    assert found, f"no dialog {dialog} on {page}"
    action = re.search(r'action="([^"]*)"', found.group())
    assert action, "a form goes somewhere"
    hidden = {name: unescape(value) for name, value in HIDDEN.findall(found.group())}
    return await desk.post(
        unescape(action.group(1)), data=hidden | ({"form": form} if form else {}) | dict(fields)
    )


async def waited(desk: AsyncClient, answer: Response) -> Response:
    """Follow a job to the page of its outcome, or to its page when it was refused."""
    for _ in range(400):
        shown = await desk.get(answer.headers["location"])
        if shown.status_code == SEE_OTHER:
            return await desk.get(shown.headers["location"])
        if 'role="alert"' in shown.text:
            return shown
        await asyncio.sleep(0.02)
    raise AssertionError("the job never ended")
