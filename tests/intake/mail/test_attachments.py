from __future__ import annotations

import base64

import pytest

from intake.mail.limits import LARGEST_ATTACHMENT_BYTES
from tests.intake.mail.mails import multipart, read

PLAIN, HTML = "Content-Type: text/plain; charset=utf-8", "Content-Type: text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("Rechnung 1.pdf", "Rechnung 1.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.pdf", "a.pdf"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("x<y>|z?.pdf", "x_y__z_.pdf"),
        ("con.txt", "_con.txt"),
        (".htaccess", "htaccess"),
        ("...", "attachment-1.pdf"),
        ("-rf", "_-rf"),
    ],
)
def test_a_file_name_is_only_a_name(given: str, safe: str) -> None:
    quoted = given.replace("\\", "\\\\")
    head = f'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="{quoted}"'

    (file,) = read(multipart((head, "%PDF"))).attachments

    assert file.name == safe


def test_a_long_file_name_keeps_its_ending() -> None:
    head = f'Content-Type: text/csv\r\nContent-Disposition: attachment; filename="{"a" * 300}.csv"'

    (file,) = read(multipart((head, "1"))).attachments

    assert len(file.name) == 120
    assert file.name.endswith("a.csv")


@pytest.mark.parametrize(
    "parameter",
    [
        "filename*=utf-8''%C3%9Cbersicht.pdf",
        "filename*0*=utf-8''%C3%9Cber; filename*1=sicht.pdf",
        'filename="=?utf-8?q?=C3=9Cbersicht=2Epdf?="',
        'filename="Übersicht.pdf"',
    ],
)
def test_file_names_are_decoded_however_they_are_written(parameter: str) -> None:
    head = f"Content-Type: application/pdf\r\nContent-Disposition: attachment; {parameter}"

    (file,) = read(multipart((head, "%PDF"))).attachments

    assert file.name == "Übersicht.pdf"


def test_a_file_is_kept_as_it_is() -> None:
    content = bytes(range(256))
    head = "Content-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64"

    (file,) = read(multipart((head, base64.b64encode(content).decode()))).attachments

    assert (file.name, file.media_type, file.size) == ("a.zip", "application/zip", 256)
    assert (file.content, file.is_inline, file.is_left_out) == (content, False, False)


def test_a_logo_is_marked_as_inline() -> None:
    logo = "Content-Type: image/png\r\nContent-ID: <logo>"

    (file,) = read(multipart((HTML, "<p>Hi</p>"), (logo, "x"), kind="related")).attachments

    assert (file.name, file.is_inline) == ("attachment-1.png", True)


def test_a_mail_inside_a_mail_stays_closed() -> None:
    inner = "Subject: Old/News\r\nFrom: a@b.example\r\n\r\nDo not read me"
    raw = multipart((PLAIN, "See attached"), ("Content-Type: message/rfc822", inner))

    found = read(raw)

    assert found.text == "See attached"
    assert found.attachments[0].name == "Old_News.eml"
    assert b"Do not read me" in found.attachments[0].content


def test_a_file_that_is_too_large_is_named_but_not_kept() -> None:
    head = "Content-Type: application/pdf; name=big.pdf"

    (file,) = read(multipart((head, "x" * (LARGEST_ATTACHMENT_BYTES + 1)))).attachments

    assert (file.is_left_out, file.content) == (True, b"")
    assert file.size > LARGEST_ATTACHMENT_BYTES
