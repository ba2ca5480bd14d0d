"""Markup is read as its sender saw it, however much of it there is."""

from __future__ import annotations

import re
import time
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.mail.html import displayable
from intake.mail.html_text import text_of
from intake.mail.limits import LONGEST_TEXT
from replies.new_text import new_text
from tests.intake.mail.mails import BOUNCES, REPLIES, mail, read, real_mails

_QUICK_SECONDS = 3
_REAL_MARKUP = sorted(REPLIES.rglob("*.html")) if REPLIES.is_dir() else []
_WORDS = re.compile(r"\w+")
_TAGS = re.compile(r"<[^<>]*>")


def words(html: str) -> str:
    """What is read out of any markup."""
    return text_of(displayable(html))


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Dear all,</p><p>we pay.</p>", "Dear all,\n\nwe pay."),
        ("<div>one</div><div><br></div><div>two<br></div><div>three</div>", "one\n\ntwo\nthree"),
        ("one<br><br><br><br>two", "one\n\ntwo"),
        ("<p> so \n much\t<b> space</b> </p>", "so much space"),
        ("in<b>v</b>oice <i>7</i>", "invoice 7"),
        ("&euro;&nbsp;5 &lt;a@b.example&gt; &amp;amp; &#8364;", "€ 5 <a@b.example> &amp; €"),
        ("<h2>Title</h2>text<hr>end", "Title\n\ntext\n* * *\nend"),
        ("<pre>  as\n   it\n\n\nstands</pre>", "  as\n   it\n\nstands"),
        ("<ul><li>one<li>two<br>more</ul>end", "* one\n* two\nmore\n\nend"),
        (
            "<ol><li><p>one</p><ul><li>in</ul></li><li></li><li>three</ol>",
            "1. one\n\n  * in\n\n3. three",
        ),
        (
            "<table><tr><th>Invoice<th>Open<tr><td><p>INV-1</p><td>5.00 EUR</table>Bye",
            "Invoice  Open\nINV-1  5.00 EUR\nBye",
        ),
        ("<table><tr><td>one<br>two<td>right</table>", "one\ntwo\nright"),
        (
            "<table><tr><td><table><tr><td>a<td>b</table><td>c<tr><td><td>d</table>",
            "a  b\nc\nd",
        ),
        (
            "<blockquote>old<blockquote>older</blockquote></blockquote>new",
            "> old\n>\n>> older\n\nnew",
        ),
        ("<table><tr><td>mine<td><blockquote>theirs</blockquote></table>", "mine\n> theirs"),
        ("<a href='https://pay.example/1'>Pay</a> it", "Pay <https://pay.example/1> it"),
        ("<style>p {}</style><script>x()</script><!-- c -->seen", "seen"),
        ("", ""),
    ],
)
def test_markup_is_read_as_its_sender_saw_it(html: str, text: str) -> None:
    assert words(html) == text


def test_what_is_quoted_is_never_taken_for_the_writers_own_words() -> None:
    html = (
        "<div>We paid on Monday.</div><div>On Thu, 26 Jun 2025 at 14:14, AR &lt;ar@a.example&gt; "
        "wrote:</div><blockquote><div>Please pay</div><table><tr><td>INV-1</td></tr></table>"
        "</blockquote>"
    )

    assert new_text(words(html)) == "We paid on Monday."


@pytest.mark.skipif(not _REAL_MARKUP, reason="no shared data: email_replies")
@pytest.mark.parametrize("path", _REAL_MARKUP, ids=lambda path: path.stem)
def test_real_replies_keep_their_words_and_lose_their_history(path: Path) -> None:
    safe = displayable(path.read_text(errors="replace"))
    text = text_of(safe)

    assert _bare(text) == _bare(_TAGS.sub(" ", safe))
    if path.parent.name == "html_replies":
        assert new_text(text) == "Hi. I am fine."


@pytest.mark.skipif(not BOUNCES.is_dir(), reason="no shared data: email_bounces")
def test_the_markup_of_real_mails_keeps_every_word() -> None:
    raws = [path.read_bytes() for path in real_mails(BOUNCES / "bsd")]
    marked = {read(raw).html for raw in raws if b"text/html" in raw.lower()} - {""}

    assert len(marked) > 20
    assert [safe for safe in marked if _bare(text_of(safe)) != _bare(_TAGS.sub(" ", safe))] == []


_TAG_NAMES = "a b blockquote br div h1 hr li p pre span table td th tr ul x".split()
_PIECES = st.one_of(
    st.sampled_from([f"<{mark}{name}>" for name in _TAG_NAMES for mark in ("", "/")]),
    st.sampled_from(["&amp;", "&lt;", "&nbsp;", "&#62;", "&", "<", ">", "\n", "  ", "\xa0"]),
    st.text(max_size=6),
)


@settings(deadline=None, max_examples=150)
@given(st.lists(_PIECES, max_size=40))
def test_no_markup_loses_a_word_or_makes_one_up(pieces: list[str]) -> None:
    safe = displayable("".join(pieces))
    text = text_of(safe)

    assert "\n\n\n" not in text
    assert _bare(text) == _bare(_TAGS.sub(" ", safe))


@pytest.mark.parametrize(
    "html",
    [
        "<blockquote>" * 90 + "<br>x" * 80_000,
        "<ol><li>" * 100_000,
        "<table>" + "<tr><td>x" * 40_000,
        "<table><tr>" + "<td>x" * 60_000,
        "<b> </b>" * 50_000,
        "<pre>" + "\n x" * 100_000,
    ],
    ids="quotes items rows cells spaces lines".split(),
)
def test_much_markup_is_read_in_no_time_and_ends(html: str) -> None:
    safe = displayable(html)
    began = time.process_time()
    text = text_of(safe)

    assert time.process_time() - began < _QUICK_SECONDS
    assert len(text) < LONGEST_TEXT + 1_000


def test_text_that_is_cut_says_so() -> None:
    found = read(mail("<blockquote>" * 90 + "<br>x" * 80_000, Content_Type="text/html"))

    assert found.defects == ("TEXT_LEFT_OUT",)


def _bare(text: str) -> str:
    """The words without what stands between them."""
    return "".join(_WORDS.findall(unescape(text)))
