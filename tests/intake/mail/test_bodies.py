from __future__ import annotations

import pytest

from tests.intake.mail.mails import mail, multipart, read

PLAIN, HTML = "Content-Type: text/plain; charset=utf-8", "Content-Type: text/html; charset=utf-8"


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
