"""Takes a mail's bytes apart with the standard library, within bounds and without raising."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import EmailPolicy
from itertools import islice

from intake.mail.limits import (
    LONGEST_HEADER,
    LONGEST_TOP_HEADERS_BYTES,
    MOST_HEADERS,
    MOST_LINES,
    MOST_NODES,
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
_SEPARATOR = re.compile(rb"\A[\s\ufeff]*(?:>?From [^\n]*\n)?".replace(rb"\ufeff", rb"\xef\xbb\xbf"))
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
    """Every header of this name as decoded text."""
    try:
        return [str(value) for value in message.get_all(name, [])]
    except PARSER_FAULTS:
        return []


def media_type(part: EmailMessage) -> str:
    """The part's type such as ``text/plain``, lower case."""
    try:
        return part.get_content_type()
    except PARSER_FAULTS:
        return "application/octet-stream"


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


class _TooComplexError(Exception):
    """The mail has more parts or headers than anybody needs."""


@dataclass(slots=True)
class _Budget:
    nodes: int = MOST_NODES
    headers: int = MOST_HEADERS

    def one_more_node(self) -> None:
        self.nodes -= 1
        if self.nodes < 0:
            raise _TooComplexError

    def one_more_header(self) -> None:
        self.headers -= 1
        if self.headers < 0:
            raise _TooComplexError


class _Bounded(EmailPolicy):
    """The standard policy, with short headers, few of them, and none that raises."""

    budget: _Budget = _Budget()

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        self.budget.one_more_header()
        name, value = super().header_source_parse(sourcelines)
        return name, value[:LONGEST_HEADER]

    def header_fetch_parse(self, name: str, value: str) -> str:
        try:
            parsed: str = super().header_fetch_parse(name, value)
        except PARSER_FAULTS:
            parsed = _UNDECODED.sub("\ufffd", " ".join(value.split()))
        return parsed


def _tree(raw: bytes) -> EmailMessage:
    budget = _Budget()

    def part(policy: EmailPolicy) -> EmailMessage:
        budget.one_more_node()
        return EmailMessage(policy=policy)

    parser = BytesParser(part, policy=_Bounded(budget=budget))
    return parser.parsebytes(raw)


def _headers_only(raw: bytes) -> EmailMessage:
    end = _BLANK_LINE.search(raw)
    block = raw[: end.start() + 1] if end else raw[:LONGEST_TOP_HEADERS_BYTES]
    policy = _Bounded(budget=_Budget())
    try:
        return BytesParser(EmailMessage, policy=policy).parsebytes(block, headersonly=True)
    except (_TooComplexError, *PARSER_FAULTS):
        return EmailMessage(policy=policy)


def _with_known_line_ends(raw: bytes) -> bytes:
    begun = raw[_separator_end(raw) :]
    return begun if b"\n" in begun else begun.replace(b"\r", b"\n")
