"""What Twilio refuses in a text message, by code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from fakes.accounts import TwilioAccount

LONGEST_BODY = 1600
LONGEST_VALIDITY_SECONDS = 36_000
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_SHORT_CODE = re.compile(r"\d{5,6}")
_SENDER_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 +_&-]{1,11}")
_WEB_ADDRESS = re.compile(r"https?://([^\s/?#@]+@)?[^\s/?#:@]+(:\d{1,5})?([/?#]\S*)?")
SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")
# Twilio's published test numbers.
_MAGIC_SENDERS = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611}
_MAGIC_RECIPIENTS = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}
SENTENCES = {
    20001: "A parameter has an impossible value.",
    21211: "The 'To' number is not a valid phone number.",
    21212: "The 'From' number is not a valid phone number, short code or sender name.",
    21266: "'To' and 'From' number cannot be the same.",
    21408: "Permission to send to the region of the 'To' number is not enabled.",
    21602: "A message body is required.",
    21603: "A 'From' phone number or a messaging service is required.",
    21604: "A 'To' phone number is required.",
    21606: "The 'From' number is not one of yours that can send text messages.",
    21608: "The 'To' number is unverified; a trial account writes to verified numbers only.",
    21609: "The 'StatusCallback' address is not a valid URL.",
    21610: "The recipient has opted out: attempt to send to an unsubscribed number.",
    21611: "The 'From' number has too many messages queued.",
    21612: "The 'To' number cannot be reached from this 'From' number.",
    21614: "The 'To' number is not a valid mobile number.",
    21617: "The message body exceeds 1600 characters.",
    21701: "The messaging service does not exist.",
    35118: "Scheduling needs a messaging service.",
}


def code_against(account: TwilioAccount, form: Mapping[str, str]) -> int | None:
    """The code of the first thing wrong with a request for a message; None where it may go."""
    return next(_codes(account, form), None)


def _codes(account: TwilioAccount, form: Mapping[str, str]) -> Iterator[int]:
    yield from _missing(form)
    yield from _form(form)
    yield from _sender(account, form)
    yield from _recipient(account, form)


def _missing(form: Mapping[str, str]) -> Iterator[int]:
    if not form.get("To"):
        yield 21604
    if not form.get("From") and not form.get("MessagingServiceSid"):
        yield 21603
    if not form.get("Body") and not form.get("MediaUrl") and not form.get("ContentSid"):
        yield 21602


def _form(form: Mapping[str, str]) -> Iterator[int]:
    if len(form.get("Body", "")) > LONGEST_BODY:
        yield 21617
    validity = form.get("ValidityPeriod", "1")
    if not validity.isdecimal() or not 1 <= int(validity) <= LONGEST_VALIDITY_SECONDS:
        yield 20001
    callback = form.get("StatusCallback")
    if callback is not None and not _WEB_ADDRESS.fullmatch(callback):
        yield 21609
    if "SendAt" in form and not form.get("MessagingServiceSid"):
        yield 35118


def _sender(account: TwilioAccount, form: Mapping[str, str]) -> Iterator[int]:
    service, sender = form.get("MessagingServiceSid"), form.get("From", "")
    if service is not None and not SERVICE.fullmatch(service):
        yield 21701
    if service is not None and not sender:
        return
    if sender in _MAGIC_SENDERS:
        yield _MAGIC_SENDERS[sender]
    if not any(kind.fullmatch(sender) for kind in (_E164, _SHORT_CODE, _SENDER_NAME)):
        yield 21212
    if account.numbers is not None and sender not in account.numbers:
        yield 21606


def _recipient(account: TwilioAccount, form: Mapping[str, str]) -> Iterator[int]:
    to = form.get("To", "")
    if to in _MAGIC_RECIPIENTS:
        yield _MAGIC_RECIPIENTS[to]
    if not _E164.fullmatch(to):
        yield 21211
    if to == form.get("From"):
        yield 21266
    if to.startswith(tuple(account.blocked_prefixes)):
        yield 21408
    if to.startswith("+1") and _SENDER_NAME.fullmatch(form.get("From", "")):
        yield 21612
    if account.verified is not None and to not in account.verified:
        yield 21608
    if to in account.opted_out:
        yield 21610
    if to in account.landlines:
        yield 21614
