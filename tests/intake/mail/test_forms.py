from __future__ import annotations

import json

import pytest

from intake.mail.forms import read_parsed_form
from intake.mail.limits import LARGEST_MAIL_BYTES
from intake.mail.message import IncomingMail, TooBig
from tests.intake.mail.mails import mail

HEADERS = (
    b"From: Mia Berg <mia@kunde.example>\nTo: reply@in.firma.example\nSubject: Re: Invoice\n"
    b"Message-ID: <r1@kunde.example>\nIn-Reply-To: <m1@firma.example>\n"
)
ENVELOPE = b'{"to":["reply+tok@in.firma.example"],"from":"mia@kunde.example"}'


def form(**fields: bytes) -> IncomingMail:
    given = {"headers": HEADERS, "envelope": ENVELOPE} | fields
    found = read_parsed_form({name.replace("_", "-"): value for name, value in given.items()})
    assert isinstance(found, IncomingMail)
    return found


def test_a_raw_form_is_read_like_the_mail_itself() -> None:
    found = form(email=mail(Subject="Re: 7"), dkim=b"{@kunde.example : pass}", SPF=b"pass")

    assert (found.subject, found.text) == ("Re: 7", "Paid on Friday.")
    assert found.recipients[0] == "reply+tok@in.firma.example"
    assert found.is_authenticated


def test_a_parsed_form_says_the_same() -> None:
    found = form(text=b"Paid on Friday.", html=b"<p>Paid</p>", dkim=b"{@kunde.example : pass}")

    assert (found.message_id, found.in_reply_to) == ("<r1@kunde.example>", "<m1@firma.example>")
    assert (found.text, found.html, found.subject) == (
        "Paid on Friday.",
        "<p>Paid</p>",
        "Re: Invoice",
    )
    assert found.envelope.sender == "mia@kunde.example"
    assert found.is_authenticated


def test_every_field_has_its_own_character_set() -> None:
    charsets = json.dumps({"text": "iso-8859-1", "html": "utf-16le", "subject": "UTF-8"}).encode()

    found = form(
        text="überfällig".encode("latin-1"), html="<p>ö</p>".encode("utf-16le"), charsets=charsets
    )

    assert (found.text, found.html) == ("überfällig", "<p>ö</p>")


def test_a_form_without_headers_falls_back_on_its_fields() -> None:
    charsets = b'{"subject":"iso-8859-1","from":"UTF-8"}'
    found = form(
        headers=b"",
        charsets=charsets,
        subject="Überfällig\r\nBcc: x@evil.example".encode("latin-1"),
        **{"from": "Jürgen <j@kunde.example>".encode()},
    )

    assert found.subject == "Überfällig Bcc: x@evil.example"
    assert (found.sender.name, found.sender.address) == ("Jürgen", "j@kunde.example")


def test_files_come_in_their_order_with_safe_names() -> None:
    info = {
        "attachment2": {"filename": "../b.pdf", "type": "application/pdf"},
        "attachment1": {"name": "logo.png", "type": "image/png", "content-id": "1"},
    }
    found = form(attachment2=b"%PDF", attachment1=b"PNG", attachment_info=json.dumps(info).encode())

    assert [(each.name, each.is_inline, each.content) for each in found.attachments] == [
        ("logo.png", True, b"PNG"),
        ("b.pdf", False, b"%PDF"),
    ]


def test_a_bounce_in_a_parsed_form_is_a_bounce() -> None:
    status = b"Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; no@k.example\nAction: failed\n"
    info = {
        "attachment1": {"filename": "", "type": "message/delivery-status"},
        "attachment2": {"filename": "", "type": "message/rfc822"},
    }
    found = form(
        headers=b"From: MAILER-DAEMON@mx.example\nSubject: Undelivered\n",
        envelope=b'{"to":["reply+tok@in.firma.example"],"from":""}',
        text=b"It failed.",
        attachment1=status,
        attachment2=b"X-Duncan-Attempt: a-77\nMessage-ID: <a-77@firma.example>\n\nDear",
        attachment_info=json.dumps(info).encode(),
    )

    assert (found.kind, found.classed.rule) == ("bounce", "status_report")
    assert (found.bounced[0].address, found.returned.attempt) == ("no@k.example", "a-77")


def test_a_sender_without_a_domain_is_not_the_null_sender() -> None:
    found = form(envelope=b'{"to":["a@b.example"],"from":"root"}', text=b"Hello")

    assert (found.kind, found.envelope.sender) == ("message", "root")


def test_an_empty_envelope_sender_is_the_null_sender() -> None:
    assert form(envelope=b'{"to":["a@b.example"],"from":""}', text=b"Sorry").kind == "bounce"


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"envelope": b"{"},
        {"envelope": b"[1]"},
        {"envelope": b'{"to":7,"from":[]}'},
        {"envelope": b"[" * 60_000},
        {"charsets": b'{"text":9}', "text": b"x"},
        {"attachment-info": b'{"attachment1":7}', "attachment1": b"x"},
        {"attachment-info": b"null", "attachment99999999999": b"x", "attachment": b"y"},
        {"headers": b"\xff\x00\r\r\n:::", "text": b"\xff"},
        {"dkim": b"{" * 60_000, "SPF": b"\x00"},
    ],
)
def test_a_form_of_nonsense_is_read_without_complaint(fields: dict[str, bytes]) -> None:
    assert isinstance(read_parsed_form(fields), IncomingMail)


def test_a_form_that_is_too_big_is_refused() -> None:
    refused = read_parsed_form({"attachment1": b"x" * LARGEST_MAIL_BYTES, "text": b"x"})

    assert refused == TooBig(LARGEST_MAIL_BYTES + 1, LARGEST_MAIL_BYTES)


def test_no_more_than_fifty_files_are_taken() -> None:
    found = form(**{f"attachment{number}": b"x" for number in range(1, 61)})

    assert (len(found.attachments), found.defects) == (50, ("PARTS_LEFT_OUT",))
