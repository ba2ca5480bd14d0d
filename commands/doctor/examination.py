"""The doctor: compares books, workflows, messages and settings, and mends what is safe."""

from __future__ import annotations

from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from temporalio.service import RPCError

from commands.doctor import books as doctor_books
from commands.doctor import checks as doctor_checks
from commands.doctor import engine as doctor_engine
from commands.doctor import sending as doctor_sending
from commands.doctor.clock import clock
from commands.doctor.domain import dns
from commands.doctor.finding import Check, DoctorContext, Finding
from commands.doctor.going_live import going_live
from commands.doctor.mail_server import smtp
from commands.doctor.policy_versions import policy_versions
from commands.doctor.posts import posts
from commands.doctor.replies import replies
from commands.doctor.restored import restored
from commands.doctor.sendgrid import sendgrid
from commands.doctor.twilio import twilio
from commands.doctor.upkeep import upkeep
from commands.doctor.webhooks import webhooks
from commands.doctor.worker_versions import worker_versions

Row = dict[str, Any]

# Each with the checks it relies on: these must be in order, or mended, before it can look.
CHECKS: tuple[tuple[str, Check, tuple[str, ...]], ...] = (
    ("settings", doctor_checks.settings, ()),
    ("policies", doctor_checks.policies, ()),
    ("letters", doctor_checks.letters, ()),
    ("outbox", doctor_checks.outbox, ()),
    ("database", doctor_checks.database, ()),
    ("schema", doctor_checks.schema, ("database",)),
    ("temporal", doctor_engine.temporal, ()),
    ("namespace", doctor_engine.namespace, ("schema", "temporal")),
    ("restored", restored, ("schema", "policies", "temporal", "namespace")),
    ("versions", policy_versions, ("schema",)),
    ("facts", doctor_books.facts, ("schema",)),
    ("claims", doctor_books.claims, ("schema",)),
    ("messages", doctor_books.messages, ("schema",)),
    ("projections", doctor_books.projections, ("schema",)),
    ("channels", doctor_sending.channels, ("schema",)),
    ("freshness", doctor_sending.freshness, ("schema", "policies")),
    ("arrivals", doctor_sending.arrivals, ("schema",)),
    ("unknown", doctor_sending.unknown, ("schema",)),
    ("doorbells", doctor_engine.doorbells, ("schema",)),
    ("workflows", doctor_engine.workflows, ("schema", "temporal", "namespace")),
    ("upkeep", upkeep, ("schema", "policies", "temporal", "namespace")),
    ("workers", worker_versions, ("temporal",)),
    ("sendgrid", sendgrid, ("settings",)),
    ("twilio", twilio, ("settings",)),
    ("smtp", smtp, ("settings",)),
    ("clock", clock, ("settings",)),
    ("webhooks", webhooks, ("settings",)),
    ("posts", posts, ("sendgrid", "webhooks")),
    ("dns", dns, ("settings", "policies")),
    ("replies", replies, ("settings", "policies")),
)
# What a broken database, table or engine raises in the middle of a check.
_BROKEN = (SQLAlchemyError, RPCError, OSError, ValueError, LookupError, AssertionError)


async def diagnose(ctx: DoctorContext, *, repair: bool) -> Row:
    """The answer of `duncan doctor --json`.

    With `repair` it mends what is safe and looks again: `ok` then tells how things are now. It
    never sends, and it runs without Temporal as far as that goes. `going_live` is what is left
    to do until customers may be written to, in order.
    """
    rows: dict[str, Row] = {}
    for name, check, relies_on in CHECKS:
        broken = [one for one in relies_on if not rows[one]["ok"]]
        if broken:
            detail = f"Not looked at, because {broken[0]} is not in order."
            rows[name] = _row(name, Finding(ok=False, detail=detail))
        else:
            rows[name] = await _report(name, check, ctx, repair=repair)
    return {
        "ok": all(row["ok"] for row in rows.values()),
        "checks": list(rows.values()),
        "going_live": going_live(ctx, rows),
    }


async def _report(name: str, check: Check, ctx: DoctorContext, *, repair: bool) -> Row:
    finding = await _attempt(check, ctx)
    if finding.ok or not repair or finding.mend is None:
        return _row(name, finding)
    await finding.mend()
    after = await _attempt(check, ctx)
    detail = finding.detail if after.ok else after.detail
    return _row(name, Finding(after.ok, detail), repaired=after.ok)


async def _attempt(check: Check, ctx: DoctorContext) -> Finding:
    try:
        return await check(ctx)
    except _BROKEN as error:
        reason = str(error).partition("\n")[0]
        return Finding(ok=False, detail=f"This could not be checked: {reason}.")


def _row(name: str, finding: Finding, *, repaired: bool = False) -> Row:
    return {"id": name, "ok": finding.ok, "detail": finding.detail, "repaired": repaired}
