"""How far a job is that a page started."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from console.desk import TheDesk

router = APIRouter()


def job_page(job: str) -> str:
    """The address of a job."""
    return f"/jobs/{job}"


@router.get("/jobs/{job}")
def job(desk: TheDesk, job: str) -> Response:
    """Its progress, until it is over; then the page with its outcome."""
    found = desk.jobs.known(job, desk.visit.by)
    if found.is_over and not found.problem:
        return RedirectResponse(found.location, 303)
    return desk.page("job.html", job=found)
