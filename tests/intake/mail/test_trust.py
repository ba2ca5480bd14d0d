from __future__ import annotations

import pytest

from intake.mail.message import Envelope, IncomingMail, Mailbox, Verdicts
from intake.mail.reading import read_mail
from intake.mail.trust import is_aligned, verdicts
from tests.intake.mail.mails import mail


def judged(raw: bytes, dkim: str = "", spf: str = "", sender: str | None = None) -> IncomingMail:
    found = read_mail(raw, Envelope(sender), verdicts(dkim, spf))
    assert isinstance(found, IncomingMail)
    return found


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("{@kunde.example : pass}", (("kunde.example", "pass"),)),
        ("{@A.example : pass, @b.example : fail}", (("a.example", "pass"), ("b.example", "fail"))),
        ("{@a.example : pass}{@b.example : none}", (("a.example", "pass"), ("b.example", "none"))),
        ("{@a.example : fail, @a.example : pass}", (("a.example", "mixed"),)),
        ("none", ()),
        ("", ()),
    ],
)
def test_verdicts_are_read_domain_by_domain(given: str, read: tuple[tuple[str, str], ...]) -> None:
    assert verdicts(given, " Pass ") == Verdicts(read, "pass")


def test_a_signature_of_the_senders_domain_authenticates() -> None:
    found = judged(mail(), "{@kunde.example : pass}")

    assert (found.authenticated_domains, found.is_authenticated) == (("kunde.example",), True)


def test_the_sending_server_of_the_senders_domain_authenticates() -> None:
    assert judged(mail(), spf="pass", sender="bounce@mail.kunde.example").is_authenticated


@pytest.mark.parametrize(
    ("dkim", "spf", "sender"),
    [
        ("", "", "mia@kunde.example"),
        ("{@kunde.example : fail}", "fail", "mia@kunde.example"),
        ("{@evil.example : pass}", "pass", "x@evil.example"),
        ("{@notkunde.example : pass}", "", None),
        ("{@kunde.example.evil.test : pass}", "", None),
        ("{@example : pass}", "", None),
        ("{@kunde.example : fail, @kunde.example : pass}", "", None),
        ("{@other.example : pass}", "pass", ""),
        ("", "softfail", "mia@kunde.example"),
    ],
)
def test_everything_else_does_not(dkim: str, spf: str, sender: str | None) -> None:
    assert not judged(mail(), dkim, spf, sender).is_authenticated


def test_without_verdicts_nothing_is_authenticated() -> None:
    claims = mail(Authentication_Results="mx; dkim=pass header.d=kunde.example; spf=pass")

    found = read_mail(claims)

    assert isinstance(found, IncomingMail)
    assert not found.is_authenticated


@pytest.mark.parametrize(
    "senders",
    [
        b"From: mia@kunde.example\r\nFrom: boss@bank.example\r\n",
        b"From: boss@bank.example\r\nFrom: mia@kunde.example\r\n",
        b"From: mia@kunde.example, boss@bank.example\r\n",
        b"From: mia@kunde.example\r\nFrom: mia@kunde.example\r\n",
        b"",
    ],
)
def test_a_mail_with_no_or_two_senders_is_nobodys(senders: bytes) -> None:
    raw = senders + b"Subject: x\r\n\r\nPay"

    assert not judged(raw, "{@kunde.example : pass}").is_authenticated


@pytest.mark.parametrize(
    ("own", "domain", "aligned"),
    [
        ("kunde.example", "kunde.example", True),
        ("mail.kunde.example", "kunde.example", True),
        ("kunde.example", "mail.kunde.example", True),
        ("a.kunde.example", "b.kunde.example", False),
        ("kunde.example", "example", False),
        ("", "kunde.example", False),
    ],
)
def test_a_domain_vouches_for_its_own_line_only(*, own: str, domain: str, aligned: bool) -> None:
    assert is_aligned((Mailbox(f"mia@{own}"),), (domain,)) is aligned
