from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest

from intake.mail.limits import LARGEST_MAIL_BYTES
from intake.mail.message import Envelope, Mailbox, TooBig
from intake.mail.reading import read_mail
from tests.intake.mail.mails import REPLIES, mail, read, real_mails, without_replies


def test_a_reply_says_who_what_and_which_conversation() -> None:
    raw = mail(
        Message_ID="<r1@kunde.example>",
        In_Reply_To="<m2@firma.example>",
        References="<m1@firma.example>\r\n <m2@firma.example>",
        Date="Mon, 2 Mar 2026 10:30:00 +0100",
        Reply_To="Buchhaltung <ap@kunde.example>",
        Cc="Boss <boss@firma.example>",
    )

    found = read(raw)

    assert found.message_id == "<r1@kunde.example>"
    assert found.in_reply_to == "<m2@firma.example>"
    assert found.references == ("<m1@firma.example>", "<m2@firma.example>")
    assert found.sender == Mailbox("mia@kunde.example", "Mia Berg")
    assert found.reply_to == (Mailbox("ap@kunde.example", "Buchhaltung"),)
    assert found.date == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert found.recipients == ("ar@firma.example", "boss@firma.example")
    assert (found.text, found.html, found.defects) == ("Paid on Friday.", "", ())


def test_the_envelope_names_recipients_before_the_headers_do() -> None:
    envelope = Envelope("x@kunde.example", ("reply+abc@in.firma.example", "ar@firma.example"))

    found = read(mail(Delivered_To="inbox@firma.example"), envelope)

    assert found.recipients == (
        "reply+abc@in.firma.example",
        "ar@firma.example",
        "inbox@firma.example",
    )


@pytest.mark.parametrize(
    ("value", "hour"),
    [("Mon, 02 Mar 2026 10:30:00 -0000", 10), ("2 Mar 2026 10:30 +0200", 8), ("soon", None)],
)
def test_a_date_is_in_utc_or_none(value: str, hour: int | None) -> None:
    date = read(mail(Date=value)).date

    assert (date.hour if date else None) == hour


@pytest.mark.parametrize(
    "value", ["Mon, 99 Zzz 0000 99:99:99 +9999", "1 Jan 99999 1:1", "1 " * 900]
)
def test_an_impossible_date_is_no_date(value: str) -> None:
    assert read(mail(Date=value)).date is None


def test_names_and_subjects_are_decoded_and_stay_on_one_line() -> None:
    raw = mail(
        From='"=?utf-8?q?J=C3=BCrgen=0D=0ABcc=3A_evil=40x=2Eexample?=" <j@kunde.example>',
        Subject="=?iso-8859-1?q?Re=3A_=DCberf=E4llig?= =?utf-8?b?4oCu?=",
    )

    found = read(raw)

    assert found.sender.address == "j@kunde.example"
    assert "\n" not in found.sender.name
    assert found.subject == "Re: Überfällig"


def test_a_subject_in_bare_bytes_is_read_all_the_same() -> None:
    utf8 = read("Subject: Überfällig\r\nFrom: Jürgen <j@k.example>\r\n\r\nx".encode())
    latin = read("Subject: Überfällig\r\n\r\nx".encode("latin-1"))

    assert (utf8.subject, utf8.sender.name) == ("Überfällig", "Jürgen")
    assert latin.subject == "Überfällig"


def test_an_encoded_name_does_not_become_an_address() -> None:
    found = read(mail(From="=?utf-8?q?boss=40bank=2Eexample=2C?= <mia@kunde.example>"))

    assert found.sender.address == "mia@kunde.example"


@pytest.mark.parametrize("body", ["Zahlung über 5 € – „bald“", "Déjà payé"])
@pytest.mark.parametrize(
    ("charset", "said"),
    [
        ("utf-8", "utf-8"),
        ("utf-8", ""),
        ("utf-8", "us-ascii"),
        ("utf-8", "iso-8859-1"),
        ("utf-8", "x-unknown"),
        ("cp1252", "iso-8859-1"),
        ("cp1252", "windows-1252"),
        ("utf-16", "utf-16"),
        ("utf-7", "utf-7"),
    ],
)
def test_wrong_and_missing_character_sets_are_seen_through(
    body: str, charset: str, said: str
) -> None:
    kind = f"text/plain; charset={said}" if said else "text/plain"
    encoded = base64.encodebytes(body.encode(charset))

    found = read(mail(encoded, Content_Type=kind, Content_Transfer_Encoding="base64"))

    assert found.text == body


def test_text_of_unknown_make_is_still_text() -> None:
    found = read(mail(b"Bezahlt \xfcber Sparkasse, Gr\xfc\xdfe", Content_Type="text/plain"))

    assert found.text.startswith("Bezahlt ")
    assert found.text.endswith("e")


def test_half_characters_and_controls_are_gone() -> None:
    body = "a\x00b\x07c\ufeffd – über".encode() + b"\xed\xa0\x80"

    text = read(mail(body, Content_Type="text/plain; charset=utf-8")).text

    assert text.startswith("abcd")
    text.encode("utf-8")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_known(end: str) -> None:
    raw = mail("One\r\nTwo\r\n").replace(b"\r\n", end.encode())

    found = read(raw)

    assert (found.sender.address, found.text) == ("mia@kunde.example", "One\nTwo")


def test_a_mail_that_is_too_big_is_refused_with_the_reason() -> None:
    refused = read_mail(b"x" * (LARGEST_MAIL_BYTES + 1))

    assert isinstance(refused, TooBig)
    assert refused.why == "The mail has 31457281 bytes; 31457280 are read."


def test_a_long_mail_with_returns_for_line_ends_keeps_its_text() -> None:
    raw = mail("word\r\n" * 60_000).replace(b"\r\n", b"\r")

    found = read(raw)

    assert (found.text.count("word"), found.defects) == (60_000, ())


@without_replies
@pytest.mark.parametrize("path", real_mails(REPLIES), ids=lambda path: path.stem)
def test_real_replies_are_messages_of_people(path: Path) -> None:
    found = read(path.read_bytes())

    assert found.kind == "message", found.why
    assert found.sender.address
    assert found.text.strip()
    assert found.defects == ()
