"""A visit: who is at the desk, how the person came in, and in which language it speaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import Request

from console.words.languages import LANGUAGES, chosen_language
from dunning.people import Person
from ledger.ledger import Ledger
from ledger.people import has_administrator, person_of
from ledger.sign_ins import is_to_be_noted, note_seen, session_of

SESSION, LANGUAGE, SAID = "duncan_session", "duncan_language", "duncan_said"
DEMO = "demo"
# Pages that are open say by this header that they ask for themselves again.
LIVE = "x-live"
# Names and addresses of this very machine; a name alone is what anybody may write into a request.
_HOSTS, _ADDRESSES = ("127.0.0.1", "localhost", "::1"), ("127.0.0.1", "::1")
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


@dataclass(frozen=True)
class Visit:
    """One request. `guarded` tells whether there are people, so that everybody signs in.

    `way` is how the person came in, `said` the form whose outcome the page has to tell, `is_here`
    whether the request comes from this very machine, `secure` whether it came by TLS, and `is_live`
    whether an open page asks for itself again, so that what stands around it is not needed.
    """

    path: str = "/"
    query: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"
    person: Person | None = None
    way: str = ""
    guarded: bool = False
    said: str = ""
    address: str = ""
    is_here: bool = False
    secure: bool = False
    is_live: bool = False

    def of_role(self) -> Visit:
        """The same visit by nobody in particular with these roles."""
        person = self.person and replace(self.person, person="", name="")
        return replace(self, person=person, said="", address="", way="")

    def may(self, right: str) -> bool:
        """Whether the person has the right: what is not offered is refused by the actions too."""
        return self.person is not None and right in self.person.rights

    @property
    def by(self) -> str:
        """The name that acts; empty when nobody signed in."""
        return self.person.person if self.person else ""

    def at(self, page: str) -> Visit:
        """The same visit to the page on which a form was, where it is shown again."""
        place = urlsplit(own_page(page))
        return replace(self, path=place.path, query=dict(parse_qsl(place.query)))

    def link(self, **changes: str) -> str:
        """This page with some filters changed; an empty one is left away."""
        chosen = {name: value for name, value in (dict(self.query) | changes).items() if value}
        return f"{self.path}?{urlencode(chosen)}" if chosen else self.path


def visit_of(
    request: Request, ledger: Ledger, demo: str, now: datetime, public_url: str = ""
) -> Visit:
    """Who asks, from the cookies of the request. `demo` is who visitors of a rehearsal are."""
    cookies, address = request.cookies, request.client.host if request.client else ""
    is_here = request.url.hostname in _HOSTS and address in _ADDRESSES
    # What a proxy on this machine passes on comes from somewhere else.
    is_here = is_here and not any(name in request.headers for name in _FORWARDED)
    language = cookies.get(LANGUAGE, "")
    if language not in LANGUAGES:
        language = chosen_language(request.headers.get("accept-language", ""))
    with ledger.reading() as books:
        guarded = has_administrator(books.connection)
        session = session_of(books.connection, cookies.get(SESSION, ""), now)
        if session and session.way == DEMO and not (is_here and demo):
            session = None
        name = session.person if session else "" if guarded or not is_here else demo
        person = person_of(books.connection, name) if name else None
    if person is not None and not person.active:
        person = None
    if session and is_to_be_noted(session, now):
        ledger.transact(lambda books: note_seen(books.connection, session, now))
    return Visit(
        path=sent_path(request),
        query=dict(request.query_params),
        language=language,
        person=person,
        way=(session.way if session else DEMO) if person else "",
        guarded=guarded,
        said="" if LIVE in request.headers else cookies.get(SAID, ""),
        address=address,
        is_here=is_here,
        secure=_by_tls(request, public_url),
        is_live=LIVE in request.headers,
    )


def _by_tls(request: Request, public_url: str) -> bool:
    """Whether the browser came by TLS, which a proxy may have ended without saying so."""
    public = urlsplit(public_url)
    passed_on = public.scheme == "https" and request.url.hostname == public.hostname
    return request.url.scheme == "https" or passed_on


def own_page(place: str) -> str:
    """A place of the desk itself; anything else is where an open redirect would lead."""
    ours = place.startswith("/") and not place.startswith(("//", "/\\")) and place.isprintable()
    return place if ours else "/"


def sent_path(request: Request) -> str:
    """The path as it was sent: a number in it may hold what means something in an address."""
    sent: bytes = request.scope["raw_path"]
    return sent.partition(b"?")[0].decode("latin-1")
