"""Tells bounces, delays, complaints and automatic replies from what a person wrote.

The order matters. A report for machines is proof and comes first; so does a mail system's own
name, since bounces are marked ``Auto-Submitted`` as well (RFC 3834). What a machine says of
itself comes next, then subjects. The null sender comes late: automatic replies use it too.
``X-Auto-Response-Suppress`` is no sign: it asks others not to answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage

from intake.mail.letters import (
    is_delay,
    is_failure,
    is_failure_title,
    is_final_title,
    is_system_title,
)
from intake.mail.message import PERSONS_MESSAGE, Classed, Envelope
from intake.mail.parsing import header, media_type
from intake.mail.reports import Report
from intake.mail.subjects import is_automatic_reply

_MAIL_SYSTEMS = ("mailer-daemon", "mailerdaemon", "mail-daemon", "mdaemon", "mail.delivery")
_OFFICES = ("postmaster", "post_master", "microsoftexchange", "mail-system")
_AUTO_HEADERS = "X-Autoreply X-Autorespond X-Autoresponder X-Auto-Reply Auto-Reply".split()
_AUTO_PRECEDENCE = frozenset("auto_reply auto-reply autoreply bulk junk".split())
_NO = frozenset({"", "no", "false", "0"})


@dataclass(frozen=True, slots=True)
class Signs:
    """What the rules look at: headers, envelope, reports, and the beginning of the text."""

    message: EmailMessage
    envelope: Envelope
    report: Report
    sender: str
    subject: str
    text: str

    @property
    def has_null_sender(self) -> bool:
        """Whether nobody is to be told when this mail cannot be delivered, as with bounces."""
        told = self.envelope.sender
        if told is not None:
            return told.strip("<> ") == ""
        path = header(self.message, "Return-Path").strip("<> ").lower()
        return "Return-Path" in self.message and (not path or path.startswith(_MAIL_SYSTEMS))


def classed(signs: Signs) -> Classed:
    """The kind of a mail, after the first rule that applies; a message where none does."""
    found = (rule(signs) for rule in _RULES)
    return next((each for each in found if each is not None), PERSONS_MESSAGE)


def _complaint(signs: Signs) -> Classed | None:
    kind = signs.report.complaint
    if kind in {"", "not-spam", "auth-failure"}:
        return None
    return Classed("complaint", "feedback_report", f"A mailbox provider reports {kind}.")


def _feedback_letter(signs: Signs) -> Classed | None:
    if not signs.subject.lower().startswith("complaint about message from"):
        return None
    return Classed("complaint", "feedback_letter", "A mailbox provider reports a complaint.")


def _one_click(signs: Signs) -> Classed | None:
    if header(signs.message, "X-Apple-Unsubscribe").strip().lower() != "true":
        return None
    return Classed("complaint", "unsubscribe_button", "The unsubscribe button was pressed.")


def _status_report(signs: Signs) -> Classed | None:
    if not signs.report.has_status:
        return None
    actions = signs.report.actions
    if any(action.startswith(("fail", "error")) for action in actions):
        return Classed("bounce", "status_report", "A delivery report says that it failed.")
    if any(action.startswith("delay") for action in actions):
        return Classed("delayed", "status_report", "A delivery report says that it is late.")
    if actions and not is_final_title(signs.subject):
        return Classed("auto_reply", "delivery_receipt", "A delivery report says that it arrived.")
    return Classed("bounce", "status_report", "A delivery report does not say that it arrived.")


def _receipt(signs: Signs) -> Classed | None:
    if not signs.report.is_receipt:
        return None
    return Classed("auto_reply", "read_receipt", "It is a receipt for reading.")


def _failed_recipients(signs: Signs) -> Classed | None:
    if not header(signs.message, "X-Failed-Recipients"):
        return None
    return _failure(signs, "failed_recipients", "A header names recipients that failed.")


def _mail_system(signs: Signs) -> Classed | None:
    written = signs.sender or header(signs.message, "From")
    local = written.lower().partition("@")[0].strip('"<> ')
    if local.startswith(_MAIL_SYSTEMS):
        return _failure(signs, "mail_system", "A mail system wrote it.")
    by_office = local.startswith(_OFFICES) or signs.has_null_sender
    if by_office and (is_failure_title(signs.subject) or is_failure(signs.text)):
        return _failure(signs, "failure_letter", "A mail system writes that it failed.")
    return None


def _auto_submitted(signs: Signs) -> Classed | None:
    value = header(signs.message, "Auto-Submitted").partition(";")[0].strip().lower()
    if value in _NO:
        return None
    return Classed("auto_reply", "auto_submitted", f"It says that it is {value[:40]}.")


def _auto_header(signs: Signs) -> Classed | None:
    for name in _AUTO_HEADERS:
        if header(signs.message, name).strip().lower() not in _NO:
            return Classed("auto_reply", "auto_header", f"The header {name} marks it.")
    if header(signs.message, "X-Apple-Action").strip().upper() == "VACATION":
        return Classed("auto_reply", "auto_header", "The header X-Apple-Action marks it.")
    return None


def _subject(signs: Signs) -> Classed | None:
    if not is_automatic_reply(signs.subject):
        return None
    return Classed("auto_reply", "subject", "Its subject is that of an automatic reply.")


def _null_sender(signs: Signs) -> Classed | None:
    if not signs.has_null_sender:
        return None
    return _failure(signs, "null_sender", "It was sent without a return address.")


def _failure_letter(signs: Signs) -> Classed | None:
    if not (is_system_title(signs.subject) and is_failure(signs.text)):
        return None
    return _failure(signs, "failure_letter", "Subject and text say that a delivery failed.")


def _precedence(signs: Signs) -> Classed | None:
    value = header(signs.message, "Precedence").strip().lower()
    if value not in _AUTO_PRECEDENCE:
        return None
    return Classed("auto_reply", "precedence", f"Its precedence is {value}.")


def _machine_report(signs: Signs) -> Classed | None:
    if media_type(signs.message) != "multipart/report":
        return None
    return Classed("auto_reply", "machine_report", "It is a report from machine to machine.")


def _failure(signs: Signs, rule: str, why: str) -> Classed:
    late = is_delay(signs.subject, signs.text)
    return Classed("delayed" if late else "bounce", rule, why)


_Rule = Callable[[Signs], Classed | None]
_RULES: tuple[_Rule, ...] = (
    _complaint,
    _feedback_letter,
    _one_click,
    _status_report,
    _receipt,
    _failed_recipients,
    _mail_system,
    _auto_submitted,
    _auto_header,
    _subject,
    _null_sender,
    _failure_letter,
    _machine_report,
    _precedence,
)
