"""What can be wrong with a finished letter: size, links, lines, subject, and what an SMS costs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlsplit

from activities.letter_request import Creditor, RenderedLetter
from activities.sms_segments import is_gsm7, segment_count

# Mail readers cut long letters off; this leaves room for what providers add.
MOST_HTML_BYTES = 40_000
# RFC 5322, section 2.1.1: no line of a message is longer.
MOST_LINE_BYTES = 998
MOST_SEGMENTS = 2
_SAFE_LINKS = ("https:", "mailto:", "tel:", "#")
_LINKING = {"href", "src", "action", "background", "poster"}
_BARE_LINK = re.compile(r"\bhttps?://\S+", re.IGNORECASE)


@dataclass(frozen=True)
class Flaw:
    """One flaw in one part of a letter; a warning is worth a look, everything else stops it."""

    part: str
    says: str
    is_warning: bool = False


def own_domain(creditor: Creditor) -> str:
    """The domain the creditor writes from: links that lead elsewhere look like fraud."""
    return creditor.email.rpartition("@")[2].lower()


def email_flaws(letter: RenderedLetter, domain: str) -> Iterator[Flaw]:
    """What is wrong with a finished e-mail of a creditor with this domain."""
    if not letter.subject.strip():
        yield Flaw("subject", "The subject is empty.")
    size = len(letter.html.encode())
    if size > MOST_HTML_BYTES:
        yield Flaw("html", f"It has {size:,} bytes; at most {MOST_HTML_BYTES:,} are safe.")
    for part, body in (("text", letter.text), ("html", letter.html)):
        longest = max((len(line.encode()) for line in body.split("\n")), default=0)
        if longest > MOST_LINE_BYTES:
            yield Flaw(part, f"A line has {longest:,} bytes; e-mail takes {MOST_LINE_BYTES}.")
    page = _Page(letter.html)
    yield from _link_flaws(letter, page, domain)
    yield from (Flaw("html", says) for says in _reading_flaws(letter, page))


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


def _link_flaws(letter: RenderedLetter, page: _Page, domain: str) -> Iterator[Flaw]:
    links = [*page.links, *_BARE_LINK.findall(letter.text)]
    for link in dict.fromkeys(links):
        part = "html" if link in letter.html else "text"
        host = urlsplit(link).hostname or ""
        if not link.lower().startswith(_SAFE_LINKS):
            yield Flaw(part, f"A link is not https: {link}")
        elif host and host != domain and not host.endswith(f".{domain}"):
            yield Flaw(part, f"A link leads away from {domain}: {link}", is_warning=True)


def _reading_flaws(letter: RenderedLetter, page: _Page) -> Iterator[str]:
    """What would make it hard to read on a phone, in the dark, or read aloud."""
    if not page.is_for_phones:
        yield "It has no viewport, so phones show it small."
    if "prefers-color-scheme: dark" not in letter.html:
        yield "It has no colours for dark mode."
    if not page.language:
        yield "It does not say its language."
    if page.tables_without_headers:
        yield "A table has no column headers with a scope."
    if page.images_without_text:
        yield "A picture has no text in its place."


class _Page(HTMLParser):
    """What the HTML leads to, and what mail readers and screen readers make of it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.language = ""
        self.is_for_phones = False
        self.images_without_text = 0
        self._tables: list[bool] = []
        self.feed(html)

    @property
    def tables_without_headers(self) -> int:
        """How many tables of figures have none."""
        return self._tables.count(False)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take down what one tag tells."""
        given = {name: value or "" for name, value in attrs}
        self.links += [value for name, value in given.items() if name in _LINKING]
        match tag:
            case "html":
                self.language = given.get("lang", "")
            case "meta" if given.get("name") == "viewport":
                self.is_for_phones = True
            case "img" if "alt" not in given:
                self.images_without_text += 1
            case "table" if given.get("role") != "presentation":
                self._tables.append(False)
            case "th" if "scope" in given and self._tables:
                self._tables[-1] = True
            case _:
                pass
