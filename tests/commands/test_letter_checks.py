from __future__ import annotations

from dataclasses import replace

import pytest

from activities.letter_request import RenderedLetter
from commands.letters.checks import Flaw, email_flaws, sms_flaws

_DOMAIN = "a.example"
_PAGE = """<html lang="en"><head><meta name="viewport" content="width=device-width">
<style>@media (prefers-color-scheme: dark) { p { color: white } }</style></head>%s</html>"""
_GOOD = RenderedLetter("Subject", "Text\n", _PAGE % "<p>Text</p>", ())


def test_a_good_letter_has_no_flaws() -> None:
    assert list(email_flaws(_GOOD, _DOMAIN)) == []
    assert list(sms_flaws("Pay, please")) == []


@pytest.mark.parametrize(
    ("letter", "part", "says"),
    [
        (replace(_GOOD, subject=" "), "subject", "The subject is empty."),
        (replace(_GOOD, html=_PAGE % ("<p>x</p>\n" * 5_000)), "html", "It has 45,1"),
        (replace(_GOOD, text="é" * 500), "text", "A line has 1,000 bytes; e-mail takes 998."),
        (
            replace(_GOOD, html=_PAGE % '<a href="http://a.example">'),
            "html",
            "not https: http://a.exam",
        ),
        (
            replace(_GOOD, html=_PAGE % '<img alt="" SRC="//a.example/x">'),
            "html",
            "not https: //a.example/x",
        ),
        (replace(_GOOD, html=_PAGE % "<a href='javascript:x'>"), "html", "not https: javascript:x"),
        (replace(_GOOD, text="see http://a.example."), "text", "not https: http://a.example."),
    ],
)
def test_what_is_wrong_with_a_letter_is_found(letter: RenderedLetter, part: str, says: str) -> None:
    flaws = list(email_flaws(letter, _DOMAIN))

    assert [flaw.part for flaw in flaws] == [part]
    assert says in flaws[0].says
    assert not flaws[0].is_warning


def test_safe_links_are_no_flaw() -> None:
    links = '<a href="https://desk.a.example/d"><a href="mailto:a@b.example"><a href="tel:+1">'

    assert list(email_flaws(replace(_GOOD, html=_PAGE % links), _DOMAIN)) == []


@pytest.mark.parametrize("link", ["https://b.example/x", "https://a.example.evil.example/x"])
def test_a_link_to_somebody_elses_site_is_worth_a_look(link: str) -> None:
    in_html = replace(_GOOD, html=_PAGE % f'<a href="{link}">')

    flaws = [*email_flaws(in_html, _DOMAIN), *email_flaws(replace(_GOOD, text=link), _DOMAIN)]
    assert [flaw.part for flaw in flaws] == ["html", "text"]
    assert all(flaw.is_warning and "leads away from a.example" in flaw.says for flaw in flaws)


@pytest.mark.parametrize(
    ("html", "says"),
    [
        (_PAGE.replace("viewport", "robots") % "", "It has no viewport, so phones show it small."),
        (_PAGE.replace("dark", "light") % "", "It has no colours for dark mode."),
        (_PAGE.replace(' lang="en"', "") % "", "It does not say its language."),
        (_PAGE % "<table><tr><th>a</th></tr></table>", "A table has no column headers"),
        (_PAGE % '<img src="https://a.example/x">', "A picture has no text in its place."),
    ],
)
def test_what_makes_a_letter_hard_to_read_is_found(html: str, says: str) -> None:
    flaws = list(email_flaws(replace(_GOOD, html=html), _DOMAIN))

    assert len(flaws) == 1
    assert flaws[0].says.startswith(says)
    assert not flaws[0].is_warning


def test_a_table_that_is_only_there_for_its_form_needs_no_headers() -> None:
    page = '<table role="presentation"><table><th scope="col">a</th></table></table>'

    assert list(email_flaws(replace(_GOOD, html=_PAGE % page), _DOMAIN)) == []


def test_a_second_segment_is_worth_a_look_and_a_third_is_too_much() -> None:
    assert list(sms_flaws("ç" + "a" * 100)) == [
        Flaw("sms", f"It takes 2 segments because of ç: ç{'a' * 100}", is_warning=True)
    ]
    assert [flaw.is_warning for flaw in sms_flaws("a" * 307)] == [False]
    assert list(sms_flaws(" ")) == [Flaw("sms", "The text message is empty.")]
