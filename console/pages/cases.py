"""The list of cases."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from console.addresses import list_page
from console.desk import TheDesk
from console.reading.cases import CaseFilter, case_page, stage_counts
from console.reading.paging import Place
from console.sums import sums_of
from dunning.reports.buckets import BUCKETS

router = APIRouter()


@router.get("/")
def cases(
    desk: TheDesk,
    stage: str = "",
    customer: str = "",
    q: str = "",
    age: str = "",
    currency: str = "",
    closed: str = "",
    after: str = "",
    before: str = "",
) -> HTMLResponse:
    """Open or closed cases with filters, counts per stage, and the aging of what is open."""
    which = CaseFilter(stage, customer, q.strip(), age, currency, closed == "yes")
    with desk.parts.ledger.reading() as books:
        page = case_page(books.connection, which, desk.today, Place(after, before))
        counts = stage_counts(books.connection, which, desk.today)
        name = books.customer(customer).name if customer else ""

    owed = sums_of(desk, which)

    def link(**changes: str) -> str:
        return list_page("/", **(_chosen(which) | changes))

    return desk.page(
        "cases.html",
        which=which,
        page=page,
        counts=counts,
        owed=owed,
        buckets=BUCKETS,
        customer_name=name,
        link=link,
    )


def _chosen(which: CaseFilter) -> dict[str, str]:
    return asdict(which) | {"closed": "yes" if which.closed else ""}
