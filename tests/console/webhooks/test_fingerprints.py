from __future__ import annotations

import pytest

from console.webhooks.fingerprints import of_bytes, of_form, of_multipart, of_values
from tests.console.webhooks.posting import RAW_MAIL, form_of_mail, multipart

KIND = "sendgrid_mail"
PARSED = {"headers": b"Subject: x", "text": b"We pay", "spam_score": b"1.0", "envelope": b"{}"}


def fingerprint(body: bytes, content_type: str) -> str:
    """Of a posted mail."""
    return of_multipart(KIND, body, content_type)


def test_a_mail_posted_again_with_another_boundary_is_the_same() -> None:
    first, again = form_of_mail(), form_of_mail()

    assert first[0] != again[0]
    assert fingerprint(*first) == fingerprint(*again)


def test_another_mail_or_another_address_of_ours_is_another() -> None:
    prints = {
        fingerprint(*form_of_mail()),
        fingerprint(*form_of_mail(RAW_MAIL + b"\r\n")),
        fingerprint(*form_of_mail(to="other@in.example")),
    }

    assert len(prints) == 3


def test_parts_may_come_in_another_order_and_with_another_spam_score() -> None:
    again = {name: PARSED[name] for name in reversed(PARSED)} | {"spam_score": b"7"}

    assert fingerprint(*multipart(PARSED, "a1")) == fingerprint(*multipart(again, "b2"))


def test_every_other_part_of_a_parsed_mail_counts() -> None:
    prints = {
        fingerprint(*multipart(PARSED | {name: b"other"}, "a1"))
        for name in ("headers", "text", "envelope", "attachment1")
    }

    assert len(prints | {fingerprint(*multipart(PARSED, "a1"))}) == 5


def test_a_boundary_may_be_quoted() -> None:
    body, _ = multipart(PARSED, "a b")
    again, _ = multipart(PARSED, "c:d")

    quoted = fingerprint(body, 'multipart/form-data; boundary="a b"')

    assert quoted == fingerprint(again, 'Multipart/Form-Data; charset=utf-8; BOUNDARY="c:d"')


@pytest.mark.parametrize(
    ("head", "content"),
    [
        ('name="attachment1"; filename="form-data; name=email"', "logo"),
        ('filename="; name=email"; name="attachment1"', "logo"),
        ('filename="x"; name="attachment1"', 'form-data; name="email"'),
    ],
)
def test_a_file_cannot_pass_for_the_mail(head: str, content: str) -> None:
    bodies = [
        f"--b\r\nContent-Disposition: form-data; {head}\r\n\r\n{content}\r\n"
        f'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n{text}\r\n--b--\r\n'.encode()
        for text in ("one", "two")
    ]
    one, two = (fingerprint(body, "multipart/form-data; boundary=b") for body in bodies)

    assert one != two


def test_what_is_no_form_is_known_by_all_of_it() -> None:
    content_types = ["", "multipart/form-data", "multipart/form-data; boundary=absent"]

    assert {fingerprint(b"bytes", content_type) for content_type in content_types} == {
        of_bytes(KIND, b"bytes")
    }


def test_a_form_is_known_by_its_names_and_by_all_of_it_without_them() -> None:
    whole = {"sid": "SM1", "status": "sent"}

    assert of_form("k", whole, ["sid", "status"], b"a") == of_form(
        "k", whole, ["sid", "status"], b"b"
    )
    assert of_form("k", {"sid": "SM1"}, ["sid", "status"], b"a") == of_bytes("k", b"a")


def test_values_do_not_run_into_each_other() -> None:
    assert of_values("k", ["ab", "c"]) != of_values("k", ["a", "bc"])
    assert of_values("k", ["a"]) != of_values("l", ["a"])
    assert of_values("k", ["\udcff"]) != of_values("k", ["\udcfe"])
