"""The desk itself: what its pages read from, what time it is, and how a page is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from temporalio.client import Client

from activities.planning import Planner
from console import addresses, words
from dunning.money import Money
from ledger.ledger import Ledger

TEMPLATES = Path(__file__).parent / "templates"


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


@dataclass(frozen=True)
class Desk:
    """The parts with a clock, and the address of Temporal's own pages."""

    parts: Parts
    now: Callable[[], datetime]
    temporal_ui: str = ""

    @cached_property
    def zone(self) -> ZoneInfo:
        """The team's zone: that of the entity that invoices without one belong to."""
        return ZoneInfo(self.parts.planner.policies.entity("").timezone)

    @property
    def today(self) -> date:
        """The team's date."""
        return self.now().astimezone(self.zone).date()

    def workflow_page(self, workflow: str) -> str:
        """The workflow in Temporal's own pages; empty where there are none."""
        client = self.parts.client
        if client is None or not self.temporal_ui:
            return ""
        return addresses.workflow_page(self.temporal_ui, client.namespace, workflow)

    def page(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:  # noqa: ANN401
        """A page of a template of the desk."""
        found = self._environment.get_template(template)
        return HTMLResponse(found.render(now=self.now(), today=self.today, **values), status)

    @cached_property
    def _environment(self) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        moment = partial(words.moment, zone=self.zone)
        environment.filters |= {
            "amount": words.amount,
            "begun": words.begun,
            "day": words.day,
            "moment": moment,
            "plain": words.plain,
        }
        names = {"desk": self, "Money": Money, "addresses": addresses, "words": words}
        environment.globals |= names
        return environment


def desk_of(request: Request) -> Desk:
    """The desk that serves the request."""
    desk = request.app.state.desk
    assert isinstance(desk, Desk), "create_app puts it there"
    return desk


TheDesk = Annotated[Desk, Depends(desk_of)]
