"""The doctor's checks of what surrounds the books: settings, policies, letters, outbox, tables."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError

from activities.gateways.chosen import problems
from activities.letter_templates import LetterError
from activities.letters import Letters
from activities.policies import load_policies
from commands.doctor.finding import DoctorContext, Finding, counted, some_of
from dunning.policy_problems import InvalidPolicy
from ledger.schema import is_current, upgrade
from settings import Settings


async def settings(ctx: DoctorContext) -> Finding:
    """Whether messages can go out the way the settings say."""
    known = ctx.settings
    if found := list(problems(known)):
        return Finding(ok=False, detail=" ".join(found))
    if min(known.email_per_second, known.sms_per_second) <= 0 or known.send_threads < 1:
        return Finding(ok=False, detail="The sending rates and threads must be more than nothing.")
    detail = f"E-mails go out by {known.email_provider}, text messages by {known.sms_provider}."
    if not known.live:
        detail += " Test mode is on: only the live recipients get any from a provider."
    return Finding(ok=True, detail=detail)


async def policies(ctx: DoctorContext) -> Finding:
    """Whether every policy can be used and names letters that exist."""
    try:
        loaded = load_policies(ctx.settings.policies, ctx.settings.letters)
    except InvalidPolicy as invalid:
        found = [str(problem) for problem in invalid.problems]
        detail = f"{counted(len(found), 'problem')} in the policies: {some_of(found)}."
        return Finding(ok=False, detail=detail)
    count = counted(len(loaded.policies), "policy", "policies")
    return Finding(ok=True, detail=f"{count} can be used.")


async def letters(ctx: DoctorContext) -> Finding:
    """Whether every letter can be written in every language there is."""
    try:
        problems = await asyncio.to_thread(lambda: Letters(ctx.settings.letters).check())
    except LetterError as error:
        problems = [str(error)]
    if problems:
        detail = f"{counted(len(problems), 'problem')} in the letters: {some_of(problems)}."
        return Finding(ok=False, detail=detail)
    return Finding(ok=True, detail="Every letter can be written in every language it has.")


async def outbox(ctx: DoctorContext) -> Finding:
    """Whether the outbox's files can be written."""
    if not _uses_outbox(ctx.settings):
        return Finding(ok=True, detail="No channel uses the outbox.")
    folder = ctx.settings.outbox_folder
    existing = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    try:
        # Leaves no file behind.
        with tempfile.TemporaryFile(dir=existing):
            return Finding(ok=True, detail=f"The outbox {folder} can be written.")
    except OSError as error:
        why = error.strerror or str(error)
        return Finding(ok=False, detail=f"The outbox {folder} cannot be written: {why}.")


def _uses_outbox(known: Settings) -> bool:
    return not known.live or "outbox" in (known.email_provider, known.sms_provider)


async def database(ctx: DoctorContext) -> Finding:
    """Whether the books' database is there and answers."""

    async def create() -> None:
        await asyncio.to_thread(upgrade, ctx.ledger.engine)

    url = make_url(ctx.settings.books_url)
    shown = url.render_as_string(hide_password=True)
    if _lacks_file(url):
        return Finding(ok=False, detail=f"There are no books at {shown} yet.", mend=create)
    try:
        with ctx.ledger.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except DBAPIError as error:
        reason = str(error.orig).partition("\n")[0]
        return Finding(ok=False, detail=f"The books at {shown} do not answer: {reason}.")
    return Finding(ok=True, detail=f"The books at {shown} answer.")


def _lacks_file(url: URL) -> bool:
    # To connect would make an empty file.
    return url.get_backend_name() == "sqlite" and not Path(url.database or "").exists()


async def schema(ctx: DoctorContext) -> Finding:
    """Whether the books' tables are of this version."""

    async def newest() -> None:
        await asyncio.to_thread(upgrade, ctx.ledger.engine)

    if is_current(ctx.ledger.engine):
        return Finding(ok=True, detail="The books' tables are of the newest version.")
    detail = "The books' tables are missing or of an older version."
    return Finding(ok=False, detail=detail, mend=newest)
