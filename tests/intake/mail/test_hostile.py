from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.mail.limits import LONGEST_TEXT, MOST_PARTS
from tests.intake.mail.mails import BOUNCES, REPLIES, mail, read, real_mails

MEGABYTE = 1_000_000
# Generous: the machine may be busy. What this catches takes minutes, not seconds.
SLOWEST_SECONDS = 10
_REAL = real_mails(BOUNCES / "bsd")[::7] + real_mails(REPLIES)


def html(body: str) -> bytes:
    return mail(body, Content_Type="text/html")


def null(body: str) -> bytes:
    return mail(body, Return_Path="<>", From="MAILER-DAEMON@mx.example")


def cut(body: str) -> bytes:
    return mail(body, Content_Type="multipart/mixed; boundary=b")


def nested(levels: int) -> bytes:
    heads = (f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(levels))
    return ("From: a@b.example\n" + "".join(heads) + "\n" + "x\n" * 300_000).encode()


def status(block: str, times: int) -> bytes:
    head = "--b\nContent-Type: message/delivery-status\n\n"
    return mail(head + block * times, Content_Type="multipart/report; boundary=b")


HOSTILE: dict[str, Callable[[], bytes]] = {
    "only >": lambda: mail(">" * 8 * MEGABYTE),
    "only <": lambda: mail("<" * 8 * MEGABYTE),
    "lines of >": lambda: mail(">\n" * 4 * MEGABYTE),
    "only line ends": lambda: mail("\n" * 20 * MEGABYTE),
    "only returns": lambda: mail("\r" * 20 * MEGABYTE),
    "a million headers": lambda: b"X-A: b\n" * MEGABYTE,
    "a million names": lambda: "".join(f"X-{n}: b\n" for n in range(MEGABYTE)).encode(),
    "a long header": lambda: b"To: " + b"a@b.example, " * MEGABYTE + b"\n\nhi",
    "a folded header": lambda: b"Subject: x\n" + b" y\n" * MEGABYTE + b"\nhi",
    "many long headers": lambda: (b"To: " + b"a@b.example, " * 600 + b"\n") * 30 + b"\nhi",
    "quotes": lambda: (b"To: " + b'"' * 9_000 + b"\n") * 10 + b"\nhi",
    "comments": lambda: b"From: " + b"(" * 9_000 + b"\n\nhi",
    "encoded words": lambda: b"Subject: " + b"=?utf-8?q?a?=" * 900 + b"\n\nhi",
    "Message-IDs": lambda: b"References: " + b"<a@b" * 3_000 + b"\n\nhi",
    "parameters": lambda: cut("--b\nContent-Type: a/b" + " ;[" * 700 + "\n\nx\n" * 50),
    "markup <": lambda: html("<" * 8 * MEGABYTE),
    "markup &": lambda: html("&" * 8 * MEGABYTE),
    "markup depth": lambda: html("<div>" * MEGABYTE),
    "markup lists": lambda: html("<ul><li>" * MEGABYTE),
    "markup fonts": lambda: html("".join(f"<p><font size={n}>" for n in range(100_000))),
    "markup links": lambda: html("<a href=http://x>" * 500_000),
    "markup comments": lambda: html("<!--" * MEGABYTE),
    "markup attributes": lambda: html("<a href=" + " href =" * 500_000 + ">"),
    "nested parts": lambda: nested(5_000),
    "parts nested in lines": lambda: nested(38),
    "nested mails": lambda: b"From: a@b.example\n" + b"Content-Type: message/rfc822\n\n" * 9_000,
    "a million parts": lambda: cut("--b\n\n" * MEGABYTE),
    "recipients": lambda: status("Final-Recipient: a@b.example\nAction: failed\n\n", 100_000),
    "status fields": lambda: status("Status: 5.1.1\n", 500_000),
    "long reasons": lambda: status(
        "Final-Recipient: a@b.example\nStatus: " + "5." * 3_000 + "\n\n", 90
    ),
    "base64": lambda: mail("!=*" * MEGABYTE, Content_Transfer_Encoding="base64"),
    "quoted-printable": lambda: mail(
        "=" * 8 * MEGABYTE, Content_Transfer_Encoding="quoted-printable"
    ),
    "uuencode": lambda: mail("begin 6 a\n" + "M" * MEGABYTE, Content_Transfer_Encoding="uuencode"),
    "punycode": lambda: mail("a-b" * MEGABYTE, Content_Type="text/plain; charset=punycode"),
    "bytes": lambda: mail(bytes(range(256)) * 30_000),
    "escapes": lambda: mail(b"\x1b$B" * MEGABYTE),
    "bounce of spaces": lambda: null(" " * MEGABYTE),
    "bounce of @": lambda: null("a@" * MEGABYTE),
    "bounce of dots": lambda: null("a." * MEGABYTE),
    "bounce of dashes": lambda: null("---\n" * MEGABYTE),
    "bounce of addresses": lambda: null("<a@b.example> " * MEGABYTE),
    "bounce of words": lambda: null("user mailbox message delivery " * MEGABYTE),
    "bounce of fields": lambda: null("Final-Recipient: x\n\n" * MEGABYTE),
    "bounce of folds": lambda: null("To: a\n " * MEGABYTE),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_mail_takes_long(name: str) -> None:
    raw = HOSTILE[name]()
    began = time.process_time()

    found = read(raw)

    assert time.process_time() - began < SLOWEST_SECONDS
    assert len(found.text) <= LONGEST_TEXT
    assert len(found.attachments) <= MOST_PARTS


@pytest.mark.parametrize(
    ("name", "defect"),
    [
        ("only <", "TEXT_LEFT_OUT"),
        ("lines of >", "LINES_LEFT_OUT"),
        ("a million headers", "HEADERS_LEFT_OUT"),
        ("nested parts", "STRUCTURE_LEFT_OUT"),
        ("a million parts", "STRUCTURE_LEFT_OUT"),
        ("markup <", "TEXT_LEFT_OUT"),
    ],
)
def test_what_is_left_out_is_said(name: str, defect: str) -> None:
    assert defect in read(HOSTILE[name]()).defects


def test_containers_deeper_than_forty_are_not_opened() -> None:
    assert "STRUCTURE_LEFT_OUT" in read(nested(45)).defects
    assert "STRUCTURE_LEFT_OUT" not in read(nested(38)).defects


def test_more_than_fifty_parts_are_left_out() -> None:
    found = read(cut("--b\nContent-Type: a/b\n\nx\n" * 60))

    assert (len(found.attachments), found.defects) == (50, ("PARTS_LEFT_OUT",))


def test_fifty_files_called_message_are_no_containers() -> None:
    part = '--b\nContent-Type: application/pdf; name="message.pdf"\n\nx\n'

    found = read(cut(part * 50))

    assert (len(found.attachments), found.defects) == (50, ())


def test_endless_headers_do_not_cost_the_text() -> None:
    found = read(b"From: a@b.example\n" + b"X: y\n" * 5_000 + b"\nPaid on Friday.")

    assert (found.sender.address, found.text) == ("a@b.example", "Paid on Friday.")
    assert found.defects == ("HEADERS_LEFT_OUT",)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n",
        b"\x00",
        b":",
        b"From:",
        b"\xff\xfe\x00",
        b"no headers at all",
        b"Content-Type: multipart/mixed\n\n--x",
        b'Content-Type: multipart/mixed; boundary=""\n\n--\n\n--\n',
        b"Content-Type: multipart/report\n\n",
        b"Content-Type: message/rfc822\n\n",
        b"Content-Type: message/partial\n\n",
        b"Content-Type: message/delivery-status\n\n",
        b'Content-Type: text/html; charset="\n\n<',
        b"Content-Type: text/plain; charset*=''%ff\n\nx",
        b"Content-Type: text/plain; charset=unicode_escape\n\n\\ud800",
        b"Content-Type: text/plain; charset=idna\n\nx..x",
        b"Content-Type: text/plain; charset=\x00\n\nx",
        b"Content-Transfer-Encoding: uuencode\n\nbegin\n",
        b'From: @\nTo: ,;:<>\nCc: "\nDate: \x00\nMessage-ID: <<>>\nReferences: <\n\n',
        b"From: a@[1.2.3.4]\nTo: undisclosed-recipients:;\n\nx",
        b"Subject: =?x?q?\xff?= =?utf-8?b?!!!?=\n\nx",
    ],
)
def test_nonsense_is_a_mail_like_any_other(raw: bytes) -> None:
    found = read(raw)

    found.text.encode("utf-8")
    assert found.why


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=600))
def test_any_bytes_are_a_mail(raw: bytes) -> None:
    found = read(raw)

    (found.subject + found.text + found.html + found.sender.name).encode("utf-8")


_PIECES = st.sampled_from(
    (
        "From: |To: |Subject: |Content-Type: |multipart/report|message/delivery-status|text/html|"
        "; boundary=b|\n|\n\n|--b\n|--b--|message/rfc822|=?utf-8?b?|?=|charset=|base64|\t|é|\udcff|"
        "Final-Recipient: rfc822;|a@b.example|Status: 5.1.1\n|Action: failed\n|<|>|(|"
        "Return-Path: <>|<b>|</b>|<a href=|&lt;|Content-Transfer-Encoding: |"
        "Content-Disposition: attachment; |filename*0*=|x"
    ).split("|")
)


@settings(deadline=None, max_examples=300)
@given(st.lists(_PIECES, max_size=60))
def test_any_pieces_of_mails_are_a_mail(pieces: list[str]) -> None:
    found = read("".join(pieces).encode("utf-8", "surrogateescape"))

    (found.subject + found.text + found.html + found.sender.name).encode("utf-8")


@pytest.mark.skipif(not _REAL, reason="no shared data: email_bounces, email_replies")
@pytest.mark.parametrize("path", _REAL, ids=lambda path: path.stem)
def test_a_damaged_mail_is_still_a_mail(path: Path) -> None:
    whole, chance = path.read_bytes(), random.Random(path.name)
    began = time.process_time()

    for _ in range(4):
        damaged = bytearray(whole[: chance.randrange(len(whole) + 1)])
        for place in chance.sample(range(len(damaged)), len(damaged) // 50):
            damaged[place] = chance.randrange(256)
        read(bytes(damaged)).text.encode("utf-8")

    assert time.process_time() - began < SLOWEST_SECONDS
