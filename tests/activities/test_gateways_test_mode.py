from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from activities.gateways.interface import Accepted, Outcome, OutgoingMessage, SentBefore
from activities.gateways.test_mode import AllowList, InTestMode
from tests.activities.outgoing_messages import message, sent_before, text_message

ALLOWED = AllowList.of(["Me@Other.example", "@MyCompany.com", "+44 (7700) 900-123"])


@dataclass
class Way:
    """A gateway that remembers what it was given."""

    name: str
    sent: list[OutgoingMessage] = field(default_factory=list)

    def send(self, message: OutgoingMessage) -> Outcome:
        self.sent.append(message)
        return Accepted(self.name)

    def look_up(self, message: SentBefore) -> Accepted | None:
        known = any(sent.attempt == message.attempt for sent in self.sent)
        return Accepted(self.name) if known else None


def ways() -> tuple[Way, Way, InTestMode]:
    live, outbox = Way("live"), Way("outbox")
    return live, outbox, InTestMode(live, outbox, ALLOWED)


@pytest.mark.parametrize(
    "address",
    ["me@other.example", "ME@OTHER.EXAMPLE", "anyone@mycompany.com", "a.b+c@MyCompany.COM"],
)
def test_who_is_on_the_list_gets_mail(address: str) -> None:
    assert ALLOWED.allows("email", address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@mycompany.com",
        "mycompany.com",
        "you@other.example",
        "me+more@other.example",
        "evil@x-mycompany.com",
        "evil@sub.mycompany.com",
        "evil@mycompany.com.evil.example",
        "evil@evil.example?@mycompany.com",
        "evil@evil.example@mycompany.com",
        "evil%evil.example@mycompany.com",
        "evil.example!evil@mycompany.com",
        "@evil.example:me@mycompany.com",
        "evil@mycompany.com.",
        "evil@mycompany.com\n",
        "evil@mycompany.com\r\nBcc: all@customer.example",
        " me@other.example",
        "me@other.example ",
        "me@other.example,evil@evil.example",
        "me@other.example;evil@evil.example",
        "me@other.example evil@evil.example",
        "Me <me@other.example>",
        "me@other.example <evil@evil.example>",
        '"me@other.example" <evil@evil.example>',
        '"a b"@mycompany.com',
        "me@[127.0.0.1]",
        "me(evil)@other.example",
        "evil@m\u0443company.com",
        "evil@mycompany\u3002com",
        "evil\uff20mycompany.com",
        "me@other.e\u212aample",
        "\u212a@mycompany.com",
        "me\u200b@other.example",
        "+447700900123",
        ".me@mycompany.com",
        "me.@mycompany.com",
        "m..e@mycompany.com",
        "a" * 100_000 + "@mycompany.co",
    ],
)
def test_nobody_else_gets_mail(address: str) -> None:
    assert not ALLOWED.allows("email", address)


@pytest.mark.parametrize("number", ["+447700900123", "+44 7700 900123", "+44-7700-900.123"])
def test_who_is_on_the_list_gets_text_messages(number: str) -> None:
    assert ALLOWED.allows("sms", number)


@pytest.mark.parametrize(
    "number",
    [
        "",
        "+447700900124",
        "+4477009001234",
        "447700900123",
        "00447700900123",
        "07700900123",
        "+447700900123,+15005550006",
        "+447700900123;ext=1",
        "+447700900123\n",
        "+44770090012\u0663",
        "+\uff14\uff147700900123",
        "me@other.example",
        "anyone@mycompany.com",
    ],
)
def test_nobody_else_gets_text_messages(number: str) -> None:
    assert not ALLOWED.allows("sms", number)


@pytest.mark.parametrize(
    "entry",
    [
        "",
        "@",
        "*",
        "\u212a@mycompany.com",
        "+447700900123x",
        "+44770090012\u0663",
        "mycompany.com",
        "@com",
        "*@mycompany.com",
        "me@",
        "07700 900123",
        "@m\u0443.com",
    ],
)
def test_an_entry_that_says_nothing_certain_is_refused(entry: str) -> None:
    with pytest.raises(ValueError, match=r"^\".*\" is no address"):
        AllowList.of([entry])


def test_an_empty_list_allows_nobody() -> None:
    nobody = AllowList.of([])

    assert not nobody.allows("email", "me@mycompany.com")
    assert not nobody.allows("sms", "+447700900123")


def test_who_is_on_the_list_gets_the_message_as_it_is() -> None:
    live, outbox, gateway = ways()
    sent = message(to_address="me@mycompany.com")

    assert gateway.send(sent) == Accepted("live")
    assert (live.sent, outbox.sent) == ([sent], [])


@pytest.mark.parametrize("sent", [message(), text_message(to_address="+15005550006")])
def test_everybody_elses_message_stays_and_says_for_whom_it_was(sent: OutgoingMessage) -> None:
    live, outbox, gateway = ways()

    assert gateway.send(sent) == Accepted("outbox")
    assert live.sent == []
    [kept] = outbox.sent
    assert kept.subject.startswith(f"[Test mode: would have been sent to {sent.to_address}]")
    assert kept.subject.endswith(sent.subject)
    assert (kept.text, kept.html, kept.attempt) == (sent.text, sent.html, sent.attempt)


def test_a_message_is_looked_up_where_it_went() -> None:
    _, _, gateway = ways()
    allowed, kept = message(to_address="me@mycompany.com"), message(attempt="d4e5f6")
    gateway.send(allowed)
    gateway.send(kept)

    assert gateway.look_up(sent_before(allowed)) == Accepted("live")
    assert gateway.look_up(sent_before(kept)) == Accepted("outbox")
    assert gateway.look_up(sent_before(message(attempt="none"))) is None


def test_a_message_from_before_test_mode_is_looked_up_at_the_provider() -> None:
    live, _, gateway = ways()
    live.send(message())

    assert gateway.look_up(sent_before(message())) == Accepted("live")
