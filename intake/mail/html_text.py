"""The words of safe markup as plain text: paragraphs, lists, tables, quotations."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

from intake.mail.limits import LONGEST_TEXT

# A tag, a run of text, or a sign that should have been escaped.
_TOKEN = re.compile(r"<(/?)([a-z][a-z0-9]{0,10})[^<>]{0,2000}>|([^<]+|<)")
# What a browser takes for space between words; a no-break space is none of it.
_SPACE = re.compile(r"[ \t\n\r\f]+")
# Unlike a line of dashes, it is taken for no signature.
_RULE = "* * *"
_BETWEEN_CELLS = "  "
# Quotations and lists deeper than this look like these.
_DEEPEST_SHOWN = 20
_LINE, _PARAGRAPH = 1, 2
_BREAKS = {
    **dict.fromkeys("div li table tbody tfoot thead tr".split(), _LINE),
    **dict.fromkeys("blockquote h1 h2 h3 h4 h5 h6 ol p pre ul".split(), _PARAGRAPH),
}


def text_of(safe: str) -> str:
    """The words of markup that `displayable` made safe, written as plain mails are.

    Quoted lines begin with ``>``, items with ``*`` or their number; the cells of a row stand side
    by side. No two empty lines follow each other, and little more than `LONGEST_TEXT` signs come.
    """
    page = _Page()
    for token in _TOKEN.finditer(safe):
        closing, tag, words = token.groups()
        if words:
            page.write(words)
        elif closing:
            page.close(tag)
        else:
            page.open(tag)
        if page.is_full:
            break
    return page.text()


@dataclass(slots=True)
class _Page:
    """The lines that are written, the one that is open, and what stands before the next word."""

    _lines: list[str] = field(default_factory=list)
    _signs: int = 0
    _open_line: list[str] = field(default_factory=list)
    _quotes_of_line: int = 0
    _lines_begun: int = 0
    # How many line ends come before the next word, at most two: one leaves no empty line.
    _breaks: int = 0
    _mark: str = ""
    _has_gap: bool = False
    # Elements that are open: quotations, text that stands as it is, the latest number of each
    # list (None: without numbers), and the line of the row of a table.
    _quotes: int = 0
    _kept: int = 0
    _numbers: list[int | None] = field(default_factory=list)
    _row: int = 0
    # Whether the item or cell that is open holds no word yet: nothing breaks its line then.
    _is_bare: bool = False

    @property
    def is_full(self) -> bool:
        """Whether more would be cut off anyway."""
        return self._signs > LONGEST_TEXT

    def text(self) -> str:
        """Everything that was written."""
        self._end_line()
        return "\n".join(self._lines)

    def write(self, words: str) -> None:
        """Text as it stands in the markup."""
        lines = words.split("\n") if self._kept else [_SPACE.sub(" ", words)]
        for number, line in enumerate(lines):
            if number:
                self._more_breaks()
            self._put(unescape(line).replace("\xa0", " "))

    def open(self, tag: str) -> None:
        """An element begins."""
        self._break(_BREAKS.get(tag, 0))
        if tag == "br":
            self._more_breaks()
        elif tag == "hr":
            self._break(_LINE)
            self._put(_RULE)
            self._break(_LINE)
        elif tag in {"td", "th"}:
            self._open_cell()
        elif tag == "tr":
            self._row = self._lines_begun + (1 if self._breaks or not self._open_line else 0)
        elif tag == "li":
            self._open_item()
        elif tag in {"ol", "ul"}:
            self._numbers.append(0 if tag == "ol" else None)
        else:
            self._nest(tag, 1)

    def close(self, tag: str) -> None:
        """An element ends."""
        if tag in {"td", "th", "li"}:
            self._mark, self._has_gap, self._is_bare = "", False, False
        self._break(_BREAKS.get(tag, 0))
        if tag == "tr":
            self._row = 0
        elif tag in {"ol", "ul"}:
            del self._numbers[-1:]
        else:
            self._nest(tag, -1)

    def _nest(self, tag: str, step: int) -> None:
        if tag == "blockquote":
            self._quotes = max(0, self._quotes + step)
        elif tag == "pre":
            self._kept = max(0, self._kept + step)

    def _break(self, count: int) -> None:
        if not self._is_bare:
            self._breaks = max(self._breaks, count)

    def _more_breaks(self) -> None:
        self._break(min(self._breaks + 1, _PARAGRAPH))

    def _open_cell(self) -> None:
        """A cell goes on in the line of its row, as long as the row has only one."""
        if self._open_line and self._lines_begun == self._row:
            self._breaks, self._has_gap = 0, True
        elif self._lines_begun > self._row:
            self._break(_LINE)
        self._is_bare = True

    def _open_item(self) -> None:
        depth = min(max(len(self._numbers) - 1, 0), _DEEPEST_SHOWN)
        number = self._numbers.pop() if self._numbers else None
        self._numbers.append(None if number is None else number + 1)
        self._mark = "  " * depth + ("* " if number is None else f"{number + 1}. ")
        self._is_bare = True

    def _put(self, words: str) -> None:
        """Words of one line; mere space writes nothing where a line or a cell begins."""
        begins = self._breaks or not self._open_line or self._quotes != self._quotes_of_line
        spaced = begins or self._has_gap or self._open_line[-1].endswith(" ")
        put = words.lstrip(" ") if spaced and not self._kept else words
        if not put or (begins and not put.strip()):
            return
        if begins:
            self._begin_line()
        elif self._has_gap:
            self._open_line.append(_BETWEEN_CELLS)
        self._open_line.append(put)
        self._has_gap = self._is_bare = False

    def _begin_line(self) -> None:
        needs_empty = self._open_line and self._breaks > _LINE
        self._end_line()
        if needs_empty:
            self._add(min(self._quotes, self._quotes_of_line), "")
        self._open_line = [self._mark] if self._mark else []
        self._quotes_of_line, self._breaks, self._mark = self._quotes, 0, ""
        self._lines_begun += 1

    def _end_line(self) -> None:
        if self._open_line:
            self._add(self._quotes_of_line, "".join(self._open_line))

    def _add(self, quotes: int, words: str) -> None:
        depth = min(quotes, _DEEPEST_SHOWN)
        self._lines.append((">" * depth + " " * bool(depth) + words).rstrip())
        self._signs += len(self._lines[-1]) + 1
