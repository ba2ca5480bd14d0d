"""Walking the desk like somebody who follows every link and sends every form."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from importlib import import_module
from pkgutil import iter_modules
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from fastapi.routing import APIRoute
from httpx import AsyncClient, Response

from console import pages

# What nobody should type, and somebody does.
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; DROP TABLE fact; --",
    "=1+1",
    "../../../../etc/passwd",
    "\u202e\u0634\u0631\u0643\u0629",
    "a\0b",
    "9" * 400,
    "1e999999999",
    "NaN",
    "-1",
    "99999-12-31",
    "9999-12-31",
    "0001-01-01",
    "x\r\nSet-Cookie: duncan_session=x",
    "{{ 7 * 7 }}{% raise %}",
    "%00%ff",
    "\U0001f648" * 50,
    "x" * 5_000,
)
_PLAIN = ("2026-05-08", "2026-04-01", "12.50", "1", "agreed by telephone", "INV-1", "C-1", "EUR")


@dataclass(frozen=True)
class Field:
    """A field of a form, with what stands in it and what it may be."""

    name: str
    kind: str
    value: str = ""
    choices: tuple[str, ...] = ()


@dataclass
class Form:
    """A form of a page, with the buttons that have a name."""

    page: str
    action: str
    method: str
    fields: list[Field] = field(default_factory=list)

    @property
    def deed(self) -> str:
        """What it does, by which forms are told apart."""
        return next((one.value for one in self.fields if one.name == "do"), "")

    def filled(self, chance: random.Random, way: str) -> dict[str, str | list[str]]:
        """The form with every field empty, plausible or hostile; what it carries stays."""
        found: dict[str, str | list[str]] = {}
        for one in self.fields:
            if one.name == "form":
                found[one.name] = f"{chance.getrandbits(128):032x}"
            elif one.kind == "hidden" and (way != "hostile" or chance.random() < 0.7):
                found[one.name] = one.value
            else:
                found[one.name] = _typed(one, chance, way)
        return found


def _typed(one: Field, chance: random.Random, way: str) -> str:
    if way == "empty":
        return ""
    if way == "hostile":
        return chance.choice(HOSTILE)
    if one.choices:
        return chance.choice(one.choices)
    return one.value or chance.choice(_PLAIN)


class _Reader(HTMLParser):
    """The links and forms of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.links, self.forms = page, list[str](), list[Form]()
        self._choosing: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        for name in ("href", "src"):
            if name in named:
                self.links.append(urljoin(self.page, named[name]))
        if tag == "form":
            action = urljoin(self.page, named.get("action", ""))
            self.forms.append(Form(self.page, action, named.get("method", "get").lower()))
        elif tag == "option" and self._choosing is not None:
            self._choosing.append(named.get("value", ""))
        elif named.get("name") and self.forms and tag in ("input", "select", "textarea", "button"):
            self._field(tag, named)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._choosing is not None:
            last = self.forms[-1].fields.pop()
            self.forms[-1].fields.append(Field(last.name, "select", "", tuple(self._choosing)))
            self._choosing = None

    def _field(self, tag: str, named: Mapping[str, str]) -> None:
        kind = named.get("type", tag)
        if tag == "select":
            self._choosing = []
        self.forms[-1].fields.append(Field(named["name"], kind, named.get("value", "")))


@dataclass
class Walk:
    """One person's walk; what is wrong is kept with the address where it was found.

    A page whose address differs from others in its numbers only is visited a few times.
    """

    desk: AsyncClient
    chance: random.Random
    addresses: int = 3
    wrong: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    sent: Counter[str] = field(default_factory=Counter)
    _known: set[str] = field(default_factory=set)
    _kinds: Counter[str] = field(default_factory=Counter)
    _forms: dict[tuple[str, str, str], Form] = field(default_factory=dict)

    async def follow(self, *beginnings: str) -> None:
        """Follow every link from some pages on."""
        waiting = [one for one in beginnings if one not in self._known]
        self._known.update(waiting)
        while waiting:
            place = waiting.pop(0)
            for link in await self._visit(place):
                bare = link.partition("#")[0]
                kind = kind_of(bare)
                if bare not in self._known and self._kinds[kind] < self.addresses:
                    self._known.add(bare)
                    self._kinds[kind] += 1
                    waiting.append(bare)

    async def send(self, way: str) -> None:
        """Send every form that was seen, filled in in one way."""
        for form in list(self._forms.values()):
            if urlsplit(form.action).path in ("/sign-out", "/sign-in"):
                continue
            filled = form.filled(self.chance, way)
            if form.method == "get":
                answer = await self.desk.get(_bare(form.action), params=filled)
            else:
                answer = await self.desk.post(form.action, data=filled)
            self.sent[f"{form.method} {kind_of(form.action)}"] += 1
            self._judge(f"{way} {form.method} {form.action}", answer, form)
            if answer.is_redirect:
                await self.follow(answer.headers["location"])

    async def _visit(self, place: str) -> list[str]:
        if not place.startswith("/"):
            self.wrong.append(f"{place}: leads away")
            return []
        answer = await self.desk.get(place)
        self.seen.append(place)
        self._judge(place, answer)
        if answer.is_redirect:
            return [urljoin(place, answer.headers["location"])]
        if not answer.headers.get("content-type", "").startswith("text/html"):
            return []
        self.pages.append(place)
        read = _Reader(place)
        read.feed(answer.text)
        for form in read.forms:
            self._forms.setdefault((form.method, kind_of(form.action), form.deed), form)
        return [link for link in read.links if not link.startswith(("mailto:", "tel:", "data:"))]

    def _judge(self, place: str, answer: Response, form: Form | None = None) -> None:
        kind = answer.headers.get("content-type", "")
        if answer.status_code >= 500:
            self.wrong.append(f"{place}: {answer.status_code}")
        if form is None and answer.status_code >= 400:
            self.wrong.append(f"{place}: a dead link, {answer.status_code}")
        if answer.status_code >= 400 and not kind.startswith("text/html"):
            self.wrong.append(f"{place}: {answer.status_code} is no page but {kind}")
        if kind.startswith("text/html") and _runs(answer.text):
            self.wrong.append(f"{place}: what was typed is not escaped")


def kind_of(address: str) -> str:
    """The page of an address without its numbers: its route, and the names of its filters."""
    split = urlsplit(address)
    names = sorted({name for name, _ in parse_qsl(split.query, keep_blank_values=True)})
    return " ".join([_route_of(split.path), *names])


def routes(method: str) -> Iterator[str]:
    """Every route of the desk's pages for a method, as the pages declare them."""
    for one in _declared():
        if method in (one.methods or ()):
            yield one.path


def _declared() -> Iterator[APIRoute]:
    for name in sorted(one.name for one in iter_modules(pages.__path__)):
        for one in import_module(f"{pages.__name__}.{name}").router.routes:
            assert isinstance(one, APIRoute), "pages declare nothing else"
            yield one


def _route_of(path: str) -> str:
    bare = unquote(path)
    fits = [one.path for one in _declared() if one.path_regex.fullmatch(bare)]
    # What names more of the address itself is meant.
    return min(fits, key=lambda one: (":path" in one, one.count("{"), -len(one)), default=bare)


def _bare(address: str) -> str:
    return urlsplit(address)._replace(query="", fragment="").geturl()


def _runs(page: str) -> bool:
    return "<script>alert" in page or "<img src=x" in page
