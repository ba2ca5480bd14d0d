from __future__ import annotations

import pytest

from activities.gateways.sendgrid_mail import mail_of
from tests.activities.outgoing_messages import message


def test_a_mail_says_all_that_it_has_to() -> None:
    mail = mail_of(message(references=("<one@x.example>", "<two@x.example>")))

    assert mail["personalizations"] == [
        {
            "to": [{"email": "grace@customer.example", "name": "Grace Møller"}],
            "custom_args": {"dn_attempt": "a1b2c3"},
        }
    ]
    assert [part["type"] for part in mail["content"]] == ["text/plain", "text/html"]
    assert mail["headers"] == {
        "Message-ID": "<a1b2c3@larkspur-finch.example>",
        "Auto-Submitted": "auto-generated",
        "In-Reply-To": "<two@x.example>",
        "References": "<one@x.example> <two@x.example>",
    }
    assert mail["reply_to"] == {"email": "accounts@larkspur-finch.example"}
    assert mail["categories"] == ["dunning"]


def test_a_mail_has_what_the_provider_may_not_do_to_it_switched_off() -> None:
    mail = mail_of(message())

    assert [kind["enable"] for kind in mail["tracking_settings"].values()] == [False] * 3
    assert mail.keys() & {"asm", "mail_settings", "send_at", "batch_id"} == set()


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Grace Møller", "Grace Møller"),
        ("Møller, Grace", '"Møller, Grace"'),
        ('The "Best"; Ltd', '"The \\"Best\\"; Ltd"'),
    ],
)
def test_a_name_with_a_comma_stays_one_name(name: str, written: str) -> None:
    [envelope] = mail_of(message(to_name=name))["personalizations"]

    assert envelope["to"][0]["name"] == written


def test_a_mail_to_no_name_has_none() -> None:
    [envelope] = mail_of(message(to_name=""))["personalizations"]

    assert envelope["to"] == [{"email": "grace@customer.example"}]
