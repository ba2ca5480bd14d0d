"""What the desk keeps: forms that were acted on, and the views people saved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update
from sqlmodel import Field, SQLModel

from ledger.desk_jobs import forget_old_jobs
from ledger.desk_uploads import forget_old_uploads
from ledger.rows import insert_missing
from ledger.tables import moment, table

_KEPT = timedelta(days=2)
VIEWS_OF_A_PAGE = 30


class FormRow(SQLModel, table=True):
    """A form that was sent: it acts once. `location` and `said` are empty while it is acted on."""

    __tablename__ = "desk_form"
    form: str = Field(primary_key=True)
    person: str
    at: datetime = moment()
    location: str = ""
    said: str = ""


class SavedViewRow(SQLModel, table=True):
    """Filters of a list under a name of the person's own."""

    __tablename__ = "saved_view"
    person: str = Field(primary_key=True)
    page: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    query: str


FORM, VIEW = table(FormRow), table(SavedViewRow)


def claim_form(connection: Connection, form: str, person: str, now: datetime) -> bool:
    """Claim a form for being acted on; False when that happened before.

    Old forms, jobs and uploaded files are forgotten with it.
    """
    connection.execute(delete(FORM).where(FORM.c.at < now - _KEPT))
    forget_old_jobs(connection, now)
    forget_old_uploads(connection, now)
    before = select(func.count()).select_from(FORM).where(FORM.c.form == form)
    if connection.execute(before).scalar():
        return False
    row = {"form": form, "person": person, "at": now, "location": "", "said": ""}
    # Whoever claims it in the same moment meets the primary key, tries again, and finds it.
    connection.execute(insert(FORM), [row])
    return True


def settle_form(connection: Connection, form: str, location: str, said: str) -> None:
    """Keep what came of the form."""
    query = update(FORM).where(FORM.c.form == form)
    connection.execute(query.values(location=location, said=said))


def release_form(connection: Connection, form: str) -> None:
    """Let a form that was refused be sent again."""
    connection.execute(delete(FORM).where(FORM.c.form == form))


def form_of(connection: Connection, form: str) -> Row[Any] | None:
    """What is known of a form."""
    return connection.execute(select(FORM).where(FORM.c.form == form)).first()


def save_view(connection: Connection, person: str, page: str, name: str, query: str) -> bool:
    """Keep filters under a name; False when the person has enough of them on this page."""
    remove_view(connection, person, page, name)
    if len(views_of(connection, person, page)) >= VIEWS_OF_A_PAGE:
        return False
    row = {"person": person, "page": page, "name": name, "query": query}
    insert_missing(connection, SavedViewRow, [row])
    return True


def remove_view(connection: Connection, person: str, page: str, name: str) -> None:
    """Forget a view."""
    mine = (VIEW.c.person == person, VIEW.c.page == page, VIEW.c.name == name)
    connection.execute(delete(VIEW).where(*mine))


def views_of(connection: Connection, person: str, page: str) -> Sequence[Row[Any]]:
    """The person's views of a page, by name."""
    query = select(VIEW).where(VIEW.c.person == person, VIEW.c.page == page)
    return connection.execute(query.order_by(VIEW.c.name)).all()
