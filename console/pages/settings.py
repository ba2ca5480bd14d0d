"""The installation: its channels, what is set, and what the doctor finds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Response

from commands.doctor.commands import examined
from commands.sending.channel_actions import ChannelActions
from console.desk import Desk, TheDesk
from console.jobs import Job
from console.once import acted_once
from console.pages.jobs import job_page
from console.reading.installation import channels_shown, settings_shown
from console.typed import FORM, TheForm, Typed
from dunning.may import NotAllowed
from ledger.channels import CHANNELS

router = APIRouter(prefix="/settings")
_PAGE = "/settings"
_DOCTOR = "doctor"


@router.get("")
def settings(desk: TheDesk) -> Response:
    """Channels, settings and the doctor's latest answer."""
    return _page(desk)


@router.post("/channels/stop")
def stop(desk: TheDesk, typed: TheForm) -> Response:
    """Send nothing on a channel until somebody releases it."""

    def work() -> str:
        channel, reason = typed.choice("channel", CHANNELS), typed.text("reason", required=True)
        typed.check()
        desk.acting(ChannelActions, typed).stop(channel, reason)
        return "The channel is stopped: nothing goes out until somebody releases it."

    return _acted(desk, typed, work)


@router.post("/channels/release")
def release(desk: TheDesk, typed: TheForm) -> Response:
    """Let a stopped channel speak again."""

    def work() -> str:
        channel, reason = typed.choice("channel", CHANNELS), typed.text("reason", required=True)
        typed.check()
        if not desk.acting(ChannelActions, typed).release(channel, reason):
            return "Noted: a second person has to release the channel, too."
        return "The channel is released: what waits is sent in its customers' hours."

    return _acted(desk, typed, work)


@router.post("/doctor")
def doctor(desk: TheDesk, typed: TheForm) -> Response:
    """Look at books, workflows, messages and settings; nothing is mended from here."""
    known = desk.parts.settings

    def look(job: Job) -> str:
        assert known is not None, "asked before the job began"
        job.keep(asyncio.run(examined(known, repair=False)), dict[str, Any])
        return f"{_PAGE}#doctor"

    def work() -> str:
        if known is None:
            raise NotAllowed("The doctor cannot look here: the settings are not known.")
        desk.jobs.start(desk.job(typed.form, _DOCTOR, "The doctor looks"), look)
        return ""

    return _acted(desk, typed, work, job_page(typed.values.get(FORM, "")))


def _acted(desk: Desk, typed: Typed, work: Callable[[], str], then: str = _PAGE) -> Response:
    def again(shown: Typed, status: int) -> Response:
        return _page(desk, shown, status)

    return acted_once(desk, typed, work, then, again)


def _page(desk: Desk, typed: Typed | None = None, status: int = 200) -> Response:
    known = desk.parts.settings
    with desk.parts.ledger.reading() as books:
        channels = channels_shown(books)
    by, looked = desk.visit.by, desk.jobs.latest(_DOCTOR, desk.visit.by)
    values = {
        "channels": channels,
        "settings": list(settings_shown(known)) if known else [],
        "doctor": desk.jobs.outcome(looked, by, _DOCTOR, dict[str, Any]) if looked else None,
        "can_look": known is not None,
    }
    return desk.page("settings.html", status, typed=typed, **values)
