"""XML of banks and invoices, read in a stream: no document type, no entities, bounded in size."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NoReturn
from xml.parsers import expat

from intake.rows import UnreadableFile

_PIECE = 1 << 16
_DEEPEST = 60
_LONGEST_TEXT = 100_000
_MOST_HELD = 100_000
_NOTHING: dict[str, list[Element]] = {}


class Element:
    """An element with its text, its attributes and what it holds, by local names."""

    __slots__ = ("attributes", "children", "name", "raw", "size")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name, self.attributes = name, attributes
        # Most elements hold nothing, and a file has millions: those share one empty dictionary.
        self.children = _NOTHING
        self.raw = ""
        self.size = 1

    @property
    def text(self) -> str:
        """Its own text with every run of blanks folded to one."""
        return " ".join(self.raw.split())

    def hold(self, child: Element) -> None:
        """Add an element it holds."""
        if self.children is _NOTHING:
            self.children = {}
        self.children.setdefault(child.name, []).append(child)
        self.size += child.size

    def at(self, *names: str) -> Element | None:
        """The first element at the end of this path, if there is one."""
        found = self
        for name in names:
            held = found.children.get(name)
            if not held:
                return None
            found = held[0]
        return found

    def read(self, *names: str) -> str:
        """The text at the end of this path; empty where there is none."""
        found = self.at(*names)
        return "" if found is None else found.text

    def every(self, *names: str) -> list[Element]:
        """All elements at the end of this path."""
        found = [self]
        for name in names:
            found = [child for element in found for child in element.children.get(name, ())]
        return found


def units(path: Path, is_unit: Callable[[str, str], bool]) -> Iterator[Element]:
    """The elements of which `is_unit` says so, given their parent's and their own name.

    Each comes as soon as it is complete and is held by no other, so memory stays flat.
    Raises UnreadableFile for anything that is not one whole, plain XML document.
    """
    with path.open("rb") as file:
        yield from units_in(file, path.name, is_unit)


def units_in(
    file: BinaryIO,
    name: str,
    is_unit: Callable[[str, str], bool],
    unread: frozenset[str] = frozenset(),
) -> Iterator[Element]:
    """As `units`, of an open file; the text of elements named in `unread` is passed over."""
    builder = _Builder(name, is_unit, unread)
    parser = builder.parser()
    last = False
    while not last:
        piece = file.read(_PIECE)
        last = not piece
        try:
            parser.Parse(piece, last)
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise _broken(name, error) from None
        yield from builder.taken()


class _Builder:
    """Builds elements out of expat's events; a document type is refused before it is read."""

    def __init__(
        self, file_name: str, is_unit: Callable[[str, str], bool], unread: frozenset[str]
    ) -> None:
        self._unread = unread
        self._file_name = file_name
        self._is_unit = is_unit
        self._open: list[Element] = []
        self._done: list[Element] = []
        self._held = 0

    def parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        parser.ExternalEntityRefHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        return parser

    def taken(self) -> list[Element]:
        done, self._done = self._done, []
        return done

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._held += 1
        if len(self._open) >= _DEEPEST or self._held > _MOST_HELD:
            self._too_much()
        self._open.append(Element(name.rpartition(":")[2], attributes))

    def _end(self, _: str) -> None:
        element = self._open.pop()
        parent = self._open[-1] if self._open else None
        if self._is_unit(parent.name if parent else "", element.name):
            self._held -= element.size
            self._done.append(element)
        elif parent:
            parent.hold(element)

    def _text(self, text: str) -> None:
        element = self._open[-1]
        if element.name in self._unread:
            return
        if element.raw or not text.isspace():
            element.raw += text
            if len(element.raw) > _LONGEST_TEXT:
                self._too_much()

    def _too_much(self) -> NoReturn:
        reason = "it is nested or repeated beyond what any bank or seller writes"
        raise UnreadableFile(f"{self._file_name} is not read: {reason}.")

    def _refuse(self, *_: object) -> NoReturn:
        reason = "its XML declares a document type or entities, which no bank and no invoice does"
        raise UnreadableFile(f"{self._file_name} is not read: {reason}.")


def _broken(file_name: str, error: Exception) -> UnreadableFile:
    line = getattr(error, "lineno", 0)
    place = f" at line {line}" if line else ""
    return UnreadableFile(
        f"{file_name} is no whole XML file: it is damaged or breaks off{place}. Fetch it again."
    )
