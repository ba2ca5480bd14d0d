"""What is left to do until customers may be written to, step by step in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from commands import printing
from commands.doctor.finding import DoctorContext, is_invented
from commands.doctor.replies import are_taken_in
from commands.doctor.sending import kept_at_home, sends_by_provider, tried_for_real
from ledger.imports import last_imports

Row = dict[str, Any]
# The bank of the company that comes with Duncan: money paid there is lost.
_BANK = "Bank of Exampleton"
# Whether a step is done, and how it is done.
Step = tuple[bool, str]


def going_live(ctx: DoctorContext, rows: Mapping[str, Row]) -> list[Row]:
    """The steps as `{"step", "done", "how"}`, in order, from the doctor's rows by id.

    `how` names the variable to set or the command to run.
    """
    steps: dict[str, Callable[[DoctorContext, Mapping[str, Row]], Step]] = {
        "provider": _provider,
        "keys": _keys,
        "from": _from_address,
        "domain": _domain,
        "webhooks": _webhooks,
        "replies": _replies,
        "trial": _trial,
        "import": _import,
        "release": _release,
        "live": _live,
    }
    found = {name: step(ctx, rows) for name, step in steps.items()}
    return [{"step": name, "done": done, "how": how} for name, (done, how) in found.items()]


def print_steps(steps: Sequence[Row]) -> None:
    """For people: what is done in one line, and what is left with how to do it."""
    left = [(number, one) for number, one in enumerate(steps, start=1) if not one["done"]]
    printing.say("")
    if not left:
        printing.say("This installation is live: customers are written to.")
        return
    printing.say("To go live:")
    for number, one in left:
        printing.say(f"{number:>7}  {one['step']:<12} {one['how']}")
    if done := [one["step"] for one in steps if one["done"]]:
        printing.say(f"   done  {', '.join(done)}")


def _provider(ctx: DoctorContext, _rows: Mapping[str, Row]) -> Step:
    how = (
        "Set DUNCAN_EMAIL_PROVIDER=sendgrid (or smtp), and DUNCAN_SMS_PROVIDER=twilio for text"
        " messages."
    )
    return sends_by_provider(ctx), how


def _keys(ctx: DoctorContext, rows: Mapping[str, Row]) -> Step:
    wrong = [rows[one]["detail"] for one in ("settings", *_ACCOUNTS) if not rows[one]["ok"]]
    # A refused sender address is no matter of keys; it is the next step's.
    if wrong:
        return False, wrong[0]
    return sends_by_provider(ctx), (
        "Set DUNCAN_SENDGRID_API_KEY (or DUNCAN_SMTP_HOST, _USER and _PASSWORD); for Twilio"
        " DUNCAN_TWILIO_ACCOUNT_SID, DUNCAN_TWILIO_AUTH_TOKENS and DUNCAN_TWILIO_FROM or"
        " DUNCAN_TWILIO_MESSAGING_SERVICE."
    )


_ACCOUNTS = ("sendgrid", "twilio", "smtp", "clock")


def _from_address(ctx: DoctorContext, _rows: Mapping[str, Row]) -> Step:
    sample = [one for one in ctx.creditors if is_invented(one.email) or _BANK in one.bank_details]
    how = f"Write your company, its From address and bank details into {_entities(ctx)}."
    return bool(ctx.creditors) and not sample, how


def _entities(ctx: DoctorContext) -> str:
    return str(ctx.settings.policies / "entities.toml")


def _domain(ctx: DoctorContext, rows: Mapping[str, Row]) -> Step:
    is_chosen = sends_by_provider(ctx)
    how = "Enter the SPF, DKIM and DMARC records of the From domain: duncan doctor names them."
    return is_chosen and rows["dns"]["ok"], how if rows["dns"]["ok"] else rows["dns"]["detail"]


def _webhooks(ctx: DoctorContext, rows: Mapping[str, Row]) -> Step:
    wrong = [rows[one]["detail"] for one in ("webhooks", "posts") if not rows[one]["ok"]]
    if wrong:
        return False, wrong[0]
    return sends_by_provider(ctx), (
        "Set DUNCAN_PUBLIC_URL, DUNCAN_SENDGRID_WEBHOOK_KEYS and DUNCAN_TWILIO_AUTH_TOKENS."
    )


def _replies(ctx: DoctorContext, rows: Mapping[str, Row]) -> Step:
    if not rows["replies"]["ok"]:
        return False, rows["replies"]["detail"]
    return are_taken_in(ctx.settings), (
        "Let replies come here: set DUNCAN_INBOUND_DOMAIN, DUNCAN_REPLY_SECRETS (openssl rand -hex"
        " 32) and DUNCAN_SENDGRID_INBOUND_KEYS; or DUNCAN_IMAP_HOST, _USER and _PASSWORD of the"
        " mailbox they go to."
    )


def _trial(ctx: DoctorContext, rows: Mapping[str, Row]) -> Step:
    how = "Import an invoice whose contact you are, start duncan up, and wait for the message."
    if not ctx.settings.live_recipients:
        first = "Set DUNCAN_LIVE_RECIPIENTS to your own address or @yourcompany.com."
        return ctx.settings.live, f"{first} {how}"
    if not rows["schema"]["ok"]:
        return False, how
    with ctx.ledger.reading() as books:
        return tried_for_real(books), how


def _import(ctx: DoctorContext, rows: Mapping[str, Row]) -> Step:
    how = "Run duncan import customers, invoices and payments with today's files."
    if not rows["schema"]["ok"]:
        return False, how
    if not rows["freshness"]["ok"]:
        return False, rows["freshness"]["detail"]
    with ctx.ledger.reading() as books:
        return {"invoices", "payments"} <= last_imports(books.connection).keys(), how


def _release(_ctx: DoctorContext, rows: Mapping[str, Row]) -> Step:
    if not rows["schema"]["ok"]:
        return False, "Make the books first: duncan doctor --repair."
    return rows["channels"]["ok"], rows["channels"]["detail"]


def _live(ctx: DoctorContext, rows: Mapping[str, Row]) -> Step:
    how = "Set DUNCAN_LIVE=true and start duncan up again."
    if rows["schema"]["ok"]:
        with ctx.ledger.reading() as books:
            kept = kept_at_home(books)
        if kept:
            how += (
                f" Messages that stayed in the outbox count as sent, {kept} so far: for customers"
                " to get them, begin with new books (another DUNCAN_HOME) and import again."
            )
    return ctx.settings.live, how
