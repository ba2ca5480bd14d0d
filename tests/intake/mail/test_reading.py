from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest

from intake.mail.limits import LARGEST_ATTACHMENT_BYTES, LARGEST_MAIL_BYTES
from intake.mail.message import Envelope, Mailbox, TooBig
from intake.mail.reading import read_mail
from tests.intake.mail.mails import REPLIES, mail, multipart, read, real_mails, without_replies

PLAIN, HTML = "Content-Type: text/plain; charset=utf-8", "Content-Type: text/html; charset=utf-8"


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


def test_plain_text_wins_over_markup() -> None:
    raw = multipart((PLAIN, "Plain words"), (HTML, "<p>Marked words</p>"), kind="alternative")

    found = read(raw)

    assert found.text == "Plain words"
    assert found.html == "<p>Marked words</p>"


def test_markup_speaks_where_the_plain_part_has_no_word() -> None:
    raw = multipart(
        (PLAIN, " \r\n--\r\n"), (HTML, "<p>Wir zahlen am 3. Mai</p>"), kind="alternative"
    )

    assert read(raw).text == "Wir zahlen am 3. Mai"


def test_a_plain_footer_does_not_hide_the_words_before_it() -> None:
    raw = multipart((HTML, "<p>We dispute it</p>"), (PLAIN, "Sent via list"))

    assert read(raw).text == "We dispute it\nSent via list"


def test_words_of_markup_keep_their_signs() -> None:
    html = "<p>- 5% discount</p><p>3. May + fee</p><blockquote>Please pay</blockquote><p># 12</p>"

    lines = [line for line in read(mail(html, Content_Type="text/html")).text.split("\n") if line]

    assert lines == ["- 5% discount", "3. May + fee", "> Please pay", "# 12"]


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<img src=http://x.example/pixel.gif>",
        "<p style='background:url(http://x.example)' onclick=alert(1)>",
        "<iframe src=//x.example></iframe><object data=x></object><embed src=x>",
        "<form action=http://x.example><input name=a></form>",
        "<style>@import url(http://x.example)</style><link rel=stylesheet href=http://x.example>",
        "<svg onload=alert(1)><math><a xlink:href=javascript:alert(1)>",
        "<a href='javascript:alert(1)'>",
        "<a href=' data:text/html,x'>",
        "<meta http-equiv=refresh content='0;url=http://x.example'><base href=http://x.example>",
    ],
)
def test_nothing_of_a_page_runs_or_loads(html: str) -> None:
    shown = read(mail(html + "hello", Content_Type="text/html")).html.lower()

    assert "hello" in shown
    for danger in ("script", "src", "href", "style", "onclick", "onload", "x.example", "alert"):
        assert danger not in shown


def test_links_stand_as_text_behind_their_label() -> None:
    html = (
        '<a href="https://pay.example/1?a=1&amp;b=2">Pay <b>here</b></a> '
        '<a href="mailto:a@b.example">us</a>'
    )

    shown = read(mail(html, Content_Type="text/html")).html

    assert "<a" not in shown
    assert "&lt;https://pay.example/1?a=1&amp;b=2&gt;" in shown
    assert "us &lt;a@b.example&gt;" in shown


def test_a_link_that_says_where_it_leads_says_so_once() -> None:
    html = "<a href='https://pay.example/'>https://pay.example/</a>"

    assert read(mail(html, Content_Type="text/html")).html == "https://pay.example/"


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


def test_a_mail_that_is_too_big_is_refused_with_the_reason() -> None:
    refused = read_mail(b"x" * (LARGEST_MAIL_BYTES + 1))

    assert isinstance(refused, TooBig)
    assert refused.why == "The mail has 31457281 bytes; 31457280 are read."


@without_replies
@pytest.mark.parametrize("path", real_mails(REPLIES), ids=lambda path: path.stem)
def test_real_replies_are_messages_of_people(path: Path) -> None:
    found = read(path.read_bytes())

    assert found.kind == "message", found.why
    assert found.sender.address
    assert found.text.strip()
    assert found.defects == ()
