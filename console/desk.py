"""The desk itself: what its pages read from, what time it is, and how a page is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache, cached_property, partial
from http import HTTPStatus
from pathlib import Path
from secrets import token_hex
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.exc import SQLAlchemyError
from temporalio.client import Client

from activities.planning import Planner
from commands.acting import Acting
from commands.people.single_sign_on import SingleSignOn
from console import addresses
from console.jobs import Job, Jobs
from console.kept import Kept
from console.navigation import Counts, Shown, shown
from console.reading.search import search
from console.typed import PAGE, Typed
from console.visit import SAID, Visit
from console.words.languages import LANGUAGES, Words, words_of
from dunning.money import Money
from dunning.people import NoAuthority
from ledger.desk import form_of
from ledger.ledger import Ledger
from settings import Settings

TEMPLATES = Path(__file__).parent / "templates"
NOBODY = "Nobody has signed in here, so nothing can be done."
A = TypeVar("A", bound=Acting)


@dataclass(frozen=True)
class Parts:
    """What the desk shows. Without `client` no engine belongs to the books.

    `home` and `origin` are words for people: where the books are, and where their history comes
    from when it is not the team's own, such as "history from a rehearsal".
    """

    ledger: Ledger
    planner: Planner
    outbox: Path
    home: str
    origin: str = ""
    client: Client | None = None
    settings: Settings | None = None


@dataclass(frozen=True)
class Desk:
    """The parts with a clock, the address of Temporal's own pages, and who visits.

    `demo` is the person that visitors of rehearsed books are, where nobody manages people,
    `provider` where people have their accounts.
    """

    parts: Parts
    now: Callable[[], datetime]
    jobs: Jobs
    temporal_ui: str = ""
    demo: str = ""
    visit: Visit = field(default_factory=Visit)
    counts: Counts = field(default_factory=Counts)
    provider: SingleSignOn | None = None
    kept: Kept = field(default_factory=Kept)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The team's zone: that of the entity that invoices without one belong to."""
        return ZoneInfo(self.parts.planner.policies.entity("").timezone)

    @property
    def today(self) -> date:
        """The team's date."""
        return self.now().astimezone(self.zone).date()

    @property
    def words(self) -> Words:
        """The words of the visitor's language."""
        return words_of(self.visit.language)

    def acting(self, actions: type[A], typed: Typed | None = None) -> A:
        """The actions of the person who visits; `typed` knows what the person had seen.

        Raises NoAuthority when nobody signed in.
        """
        if self.visit.person is None:
            raise NoAuthority(NOBODY)
        seen = typed.seen if typed else None
        parts = self.parts
        return actions(parts.ledger, parts.planner, self.visit.by, self.now(), seen)

    def job(self, job: str, kind: str, title: str, about: str = "", back: str = "") -> Job:
        """A job of the person who visits; see `console.jobs`.

        `back` is where it can be begun again, else the first page of the part it belongs to.
        """
        begun_on = back or f"/{self.visit.path.split('/')[1]}"
        return Job(job, kind, title, self.visit.by, about, location=begun_on)

    def workflow_page(self, workflow: str) -> str:
        """The workflow in Temporal's own pages; empty where there are none."""
        client = self.parts.client
        if client is None or not self.temporal_ui:
            return ""
        return addresses.workflow_page(self.temporal_ui, client.namespace, workflow)

    def page(
        self,
        template: str,
        status: int = 200,
        *,
        typed: Typed | None = None,
        **values: Any,  # noqa: ANN401 - whatever the template names
    ) -> HTMLResponse:
        """A page of a template of the desk; `typed` is a form that was refused, shown again."""
        found = _environment(self.zone, self.visit.language).get_template(template)
        doing = typed or Typed(name=self.visit.query.get("do", ""))
        said = self._said()
        # Links of a form that is shown again lead to its page: its own address cannot be read.
        page = doing.values.get(PAGE, "")
        visit = self.visit.at(page) if page else self.visit
        known = {"desk": self, "visit": visit, "doing": doing, "said": said}
        known |= {"now": self.now(), "today": self.today}
        known["navigation"] = [] if self.visit.is_live else self._navigation()
        shown = found.render(known | values)
        if found.environment.call_filter("escape", self.words(doing.sentence)) not in shown:
            # Its form is not offered any more, so the page itself has to say it.
            shown = found.render(known | values | {"doing": replace(doing, name="")})
        response = HTMLResponse(shown, status)
        if self.visit.said:
            response.delete_cookie(SAID)
        return response

    def problem(self, status: int, sentence: str) -> HTMLResponse:
        """A page that says why there is nothing else."""
        title = self.words(HTTPStatus(status).phrase.capitalize())
        return self.page("problem.html", status, title=title, sentence=sentence)

    def search_is_cut(self) -> bool:
        """Whether more was found than a list shows of what the address searches for."""
        typed = self.visit.query.get("q", "").strip()
        if not typed:
            return False
        with self.parts.ledger.reading() as books:
            return search(books.connection, typed).more

    def _said(self) -> str:
        """What came of the form before; only to the person who sent it."""
        if not self.visit.said:
            return ""
        with self.parts.ledger.reading() as books:
            row = form_of(books.connection, self.visit.said)
        return row.said if row is not None and row.person == self.visit.by else ""

    def _navigation(self) -> list[Shown]:
        """The areas and pages that the visitor may open, and how much waits there."""
        try:
            counts = self.counts.of(self.parts.ledger)
        except SQLAlchemyError:
            # The page that says that the books cannot be read has a head as well.
            counts = {}
        return shown(counts, self.words, self.visit.may)


@cache
def _environment(zone: ZoneInfo, language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    said = words_of(language)
    environment.filters |= {
        "amount": said.amount,
        "sum_only": said.sum_only,
        "begun": said.begun,
        "day": said.day,
        "moment": partial(said.moment, zone=zone),
        "plain": said.plain,
        "number": said.number,
        "figure": said.figure,
    }
    names = {"Money": Money, "addresses": addresses, "words": said, "_": said}
    environment.globals |= names | {"new_form": partial(token_hex, 16), "languages": LANGUAGES}
    return environment


def desk_of(request: Request) -> Desk:
    """The desk that serves the request, for whoever visits."""
    desk = request.app.state.desk
    assert isinstance(desk, Desk), "create_app puts it there"
    visit = getattr(request.state, "visit", None)
    return desk if visit is None else replace(desk, visit=visit)


TheDesk = Annotated[Desk, Depends(desk_of)]
