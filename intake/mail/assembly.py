"""Puts together what a mail says from the pieces it was taken apart into."""

from __future__ import annotations

from dataclasses import dataclass, replace
from email.message import EmailMessage

from intake.mail import headers
from intake.mail.bodies import Body
from intake.mail.kinds import Signs, classed
from intake.mail.limits import LONGEST_SEARCHED
from intake.mail.message import (
    NOTHING_RETURNED,
    Attachment,
    Classed,
    Envelope,
    IncomingMail,
    Mailbox,
    Returned,
    Verdicts,
)
from intake.mail.parsing import header
from intake.mail.parts import Part
from intake.mail.reports import Report, report_among, returned_in_text
from intake.mail.subjects import is_absence
from intake.mail.trust import authenticated_domains, is_aligned
from intake.mail.unreached import unreached

_COMPLAINTS = {"feedback_letter": "abuse", "unsubscribe_button": "opt-out"}


@dataclass(frozen=True, slots=True)
class Opened:
    """A mail taken apart; ``parts`` are those that may hold a report of a mail system."""

    message: EmailMessage
    body: Body
    parts: tuple[Part, ...]
    attachments: tuple[Attachment, ...]
    defects: tuple[str, ...]


def incoming(opened: Opened, envelope: Envelope, verdicts: Verdicts) -> IncomingMail:
    """The value of a mail that was taken apart, classed, and checked against the verdicts."""
    mail = _written(opened, envelope)
    senders = headers.every_sender(opened.message)
    domains = authenticated_domains(verdicts, envelope)
    return replace(
        _judged(mail, opened, envelope),
        envelope=envelope,
        verdicts=verdicts,
        authenticated_domains=domains,
        is_authenticated=is_aligned(senders, domains),
    )


def _written(opened: Opened, envelope: Envelope) -> IncomingMail:
    message, body = opened.message, opened.body
    senders = headers.mailboxes(message, "From")
    return IncomingMail(
        message_id=headers.message_id(message),
        in_reply_to=headers.in_reply_to(message),
        references=headers.references(message),
        sender=senders[0] if senders else Mailbox(""),
        reply_to=headers.mailboxes(message, "Reply-To"),
        recipients=_recipients(message, envelope),
        subject=headers.subject(message),
        date=headers.date(message),
        text=body.text,
        html=body.html,
        attachments=opened.attachments,
        defects=(*opened.defects, *body.defects),
    )


def _judged(mail: IncomingMail, opened: Opened, envelope: Envelope) -> IncomingMail:
    report = report_among(opened.parts)
    signs = Signs(
        message=opened.message,
        envelope=envelope,
        report=report,
        sender=mail.sender.address,
        subject=mail.subject,
        text=mail.text[:LONGEST_SEARCHED],
    )
    kind = classed(signs)
    returned = _returned(kind, report, mail.text)
    fails = kind.kind in {"bounce", "delayed"}
    own = _ours(opened.message, envelope)
    failed = unreached(signs, returned, own, is_final=kind.kind == "bounce") if fails else ()
    return replace(
        mail,
        classed=kind,
        is_out_of_office=kind.kind == "auto_reply" and _is_absence(opened.message, mail.subject),
        bounced=failed,
        returned=returned,
        complaint=_COMPLAINTS.get(kind.rule, report.complaint),
    )


def _ours(message: EmailMessage, envelope: Envelope) -> tuple[str, ...]:
    """Whom a mail system answers: not X-Original-To, where some name who was not reached."""
    written_to = headers.mailboxes(message, "To")
    told = map(headers.tidy, envelope.recipients)
    return (*told, *(box.address for box in written_to))


def _recipients(message: EmailMessage, envelope: Envelope) -> tuple[str, ...]:
    told = [headers.tidy(address) for address in envelope.recipients]
    named = headers.mailboxes(message, "Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
    once: dict[str, str] = {}
    for address in (*told, *(box.address for box in named)):
        once.setdefault(address.lower(), address)
    return tuple(filter(None, once.values()))


def _returned(kind: Classed, report: Report, text: str) -> Returned:
    if kind.kind not in {"bounce", "delayed", "complaint"}:
        return NOTHING_RETURNED
    return report.returned if report.returned != NOTHING_RETURNED else returned_in_text(text)


def _is_absence(message: EmailMessage, subject: str) -> bool:
    submitted = header(message, "Auto-Submitted").lower()
    apple = header(message, "X-Apple-Action").strip().upper()
    return is_absence(subject) or "vacation" in submitted or apple == "VACATION"
