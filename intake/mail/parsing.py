"""Takes a mail's bytes apart with the standard library, within bounds and without raising."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import EmailPolicy, Policy
from itertools import islice

from intake.mail.charsets import decoded
from intake.mail.limits import (
    LONGEST_CONTENT_HEADER,
    LONGEST_CONTENT_HEADERS,
    LONGEST_HEADER,
    LONGEST_TOP_HEADERS_BYTES,
    MOST_CONTAINERS,
    MOST_HEADERS,
    MOST_HEADERS_OF_A_NAME,
    MOST_LINES,
    MOST_NODES,
    MOST_QUOTES,
    MOST_TOP_HEADER_LINES,
)

# What the standard library's mail parser is known to raise on hostile headers and bodies.
PARSER_FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MessageError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
)
_LINE_END = re.compile(rb"\r\n|\r|\n")
_BLANK_LINE = re.compile(rb"\n\r?\n")
# A mailbox file's separator, or one that lost its place: not a header.
_SEPARATOR = re.compile(rb"\A>?From [^\r\n]*(?:\r\n|\r|\n)")
_BEFORE_HEADERS = b" \t\r\n\xef\xbb\xbf"
_MEDIA_TYPE = re.compile(r"[a-z0-9.+_-]{1,80}/[a-z0-9.+_-]{1,80}")
_CONTAINER = re.compile(r"(?:multipart|message)/|=\?", re.IGNORECASE)
_UNDECODED = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A mail's tree of parts and the codes of what was left out on the way."""

    message: EmailMessage
    defects: tuple[str, ...]


def parse(raw: bytes) -> Parsed:
    """The tree of a mail. Never raises: what cannot be read is left out and named as a defect."""
    defects: list[str] = []
    lines = _few_lines(_with_known_line_ends(raw), defects)
    bounded = _few_top_headers(lines, defects)
    try:
        message = _tree(bounded)
    except (_TooComplexError, *PARSER_FAULTS):
        defects.append("STRUCTURE_LEFT_OUT")
        message = _headers_only(bounded)
    return Parsed(message, tuple(defects))


def header(message: EmailMessage, name: str) -> str:
    """The first header of this name as decoded text, or empty."""
    try:
        return str(message.get(name, ""))
    except PARSER_FAULTS:
        return ""


def headers(message: EmailMessage, name: str) -> list[str]:
    """The first ten headers of this name, decoded; those with addresses know their addresses."""
    wanted = name.lower()
    raw = (value for each, value in message.raw_items() if each.lower() == wanted)
    return [_POLICY.header_fetch_parse(name, str(value)) for value in _first(raw)]


def is_tangled(value: str) -> bool:
    """Whether a header has more quotes and comments than anybody can mean."""
    return value.count('"') > MOST_QUOTES or value.count("(") > MOST_QUOTES


def media_type(part: EmailMessage) -> str:
    """The part's type such as ``text/plain``, lower case, whatever stands behind it."""
    try:
        found = _MEDIA_TYPE.match(part.get_content_type())
    except PARSER_FAULTS:
        found = None
    return found[0] if found else "application/octet-stream"


def payload(part: EmailMessage) -> bytes:
    """The bytes of a part that has no parts, decoded from their transfer encoding."""
    try:
        content = part.get_payload(decode=True)
    except PARSER_FAULTS:
        return b""
    return content if isinstance(content, bytes) else b""


def children(part: EmailMessage) -> list[EmailMessage]:
    """The parts of a part; none for a leaf."""
    content = part.get_payload() if part.is_multipart() else []
    return [each for each in content if isinstance(each, EmailMessage)]


def _first(values: Iterable[str]) -> list[str]:
    return list(islice(values, MOST_HEADERS_OF_A_NAME))


class _TooComplexError(Exception):
    """The mail has more parts or headers than anybody needs."""


@dataclass(slots=True)
class _Budget:
    nodes: int = MOST_NODES
    headers: int = MOST_HEADERS
    containers: int = MOST_CONTAINERS
    content: int = LONGEST_CONTENT_HEADERS

    def one_more_node(self) -> None:
        self.nodes -= 1
        if self.nodes < 0:
            raise _TooComplexError

    def one_more_header(self, name: str, value: str) -> None:
        self.headers -= 1
        is_type = name.lower() == "content-type"
        if name.lower().startswith("content-"):
            self.content -= len(value)
            self.containers -= is_type and bool(_CONTAINER.search(value))
        if min(self.headers, self.content, self.containers) < 0:
            raise _TooComplexError


class _Counted(EmailMessage):
    """A part that stops the parser when the mail has too many headers or containers."""

    budget: _Budget

    def set_raw(self, name: str, value: str) -> None:
        self.budget.one_more_header(name, value)
        super().set_raw(name, value)


class _Bounded(EmailPolicy):
    """The standard policy, with headers that are short and do not raise."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        is_content = name.lower().startswith("content-")
        return name, value[: LONGEST_CONTENT_HEADER if is_content else LONGEST_HEADER]

    def header_fetch_parse(self, name: str, value: str) -> str:
        text = _with_known_signs(value)
        try:
            return " ".join(text.split()) if is_tangled(text) else self._parsed(name, text)
        except PARSER_FAULTS:
            return " ".join(text.split())

    def _parsed(self, name: str, value: str) -> str:
        parsed: str = super().header_fetch_parse(name, value)
        return parsed


_POLICY = _Bounded()


def _with_known_signs(value: str) -> str:
    """The header with bytes that are no ASCII decoded, as senders without manners leave them."""
    if not _UNDECODED.search(value):
        return value
    return decoded(value.encode("utf-8", "surrogateescape"))


def _tree(raw: bytes, *, headersonly: bool = False) -> EmailMessage:
    budget = _Budget()

    def part(policy: Policy | None = None) -> _Counted:
        budget.one_more_node()
        made = _Counted(policy=policy or _POLICY)
        made.budget = budget
        return made

    parser = BytesParser(policy=_POLICY.clone(message_factory=part))
    message = parser.parsebytes(raw, headersonly=headersonly)
    return message if isinstance(message, EmailMessage) else EmailMessage(policy=_POLICY)


def _headers_only(raw: bytes) -> EmailMessage:
    end = _BLANK_LINE.search(raw)
    block = raw[: end.start() + 1] if end else raw[:LONGEST_TOP_HEADERS_BYTES]
    try:
        return _tree(block, headersonly=True)
    except (_TooComplexError, *PARSER_FAULTS):
        return EmailMessage(policy=_POLICY)


def _with_known_line_ends(raw: bytes) -> bytes:
    begun = _SEPARATOR.sub(b"", raw.lstrip(_BEFORE_HEADERS), count=1)
    return begun if b"\n" in begun else begun.replace(b"\r", b"\n")


def _few_lines(raw: bytes, defects: list[str]) -> bytes:
    ends = raw.count(b"\n") + raw.count(b"\r") - raw.count(b"\r\n")
    if ends <= MOST_LINES:
        return raw
    defects.append("LINES_LEFT_OUT")
    last = next(islice(_LINE_END.finditer(raw), MOST_LINES - 1, None))
    return raw[: last.end()]


def _few_top_headers(raw: bytes, defects: list[str]) -> bytes:
    """The mail with only the beginning of its headers, should they be endless."""
    blank = _BLANK_LINE.search(raw)
    end = blank.start() + 1 if blank else len(raw)
    lines = raw[: min(end, LONGEST_TOP_HEADERS_BYTES)].splitlines(keepends=True)
    if end <= LONGEST_TOP_HEADERS_BYTES and len(lines) <= MOST_TOP_HEADER_LINES:
        return raw
    defects.append("HEADERS_LEFT_OUT")
    return b"".join(lines[:MOST_TOP_HEADER_LINES]).rpartition(b"\n")[0] + b"\n" + raw[end:]
