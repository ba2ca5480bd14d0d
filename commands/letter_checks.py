"""What can be wrong with a finished letter: size, links, lines, subject, and what an SMS costs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from activities.letter_request import RenderedLetter
from activities.sms_segments import is_gsm7, segment_count

# Mail readers cut long letters off; this leaves room for what providers add.
MOST_HTML_BYTES = 40_000
# RFC 5322, section 2.1.1: no line of a message is longer.
MOST_LINE_BYTES = 998
MOST_SEGMENTS = 2
_SAFE_LINKS = ("https:", "mailto:", "tel:", "#")
_LINKING = {"href", "src", "action", "background", "poster"}
_BARE_LINK = re.compile(r"\bhttp://\S+")


@dataclass(frozen=True)
class Flaw:
    """One flaw in one part of a letter; a warning is worth a look, everything else stops it."""

    part: str
    says: str
    is_warning: bool = False


def email_flaws(letter: RenderedLetter) -> Iterator[Flaw]:
    """What is wrong with a finished e-mail."""
    if not letter.subject.strip():
        yield Flaw("subject", "The subject is empty.")
    size = len(letter.html.encode())
    if size > MOST_HTML_BYTES:
        yield Flaw("html", f"It has {size:,} bytes; at most {MOST_HTML_BYTES:,} are safe.")
    for part, page in (("text", letter.text), ("html", letter.html)):
        longest = max((len(line.encode()) for line in page.split("\n")), default=0)
        if longest > MOST_LINE_BYTES:
            yield Flaw(part, f"A line has {longest:,} bytes; e-mail takes {MOST_LINE_BYTES}.")
    links = _Links(letter.html).found + _BARE_LINK.findall(letter.text)
    for link in dict.fromkeys(link for link in links if not link.lower().startswith(_SAFE_LINKS)):
        yield Flaw("html" if link in letter.html else "text", f"A link is not https: {link}")


def sms_flaws(text: str) -> Iterator[Flaw]:
    """What is wrong with a finished text message, or costs more than one segment."""
    if not text.strip():
        yield Flaw("sms", "The text message is empty.")
    segments = segment_count(text)
    if segments > 1:
        foreign = "".join(dict.fromkeys(sign for sign in text if not is_gsm7(sign)))
        because = f" because of {foreign}" if foreign else ""
        says = f"It takes {segments} segments{because}: {text}"
        yield Flaw("sms", says, is_warning=segments <= MOST_SEGMENTS)


class _Links(HTMLParser):
    """Every address the HTML leads to or loads from."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take down the addresses of one tag."""
        del tag
        self.found += [value or "" for name, value in attrs if name in _LINKING]
