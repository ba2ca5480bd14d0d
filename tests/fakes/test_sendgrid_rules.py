from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.sendgrid_rules import problems_of
from tests.fakes.callers import Callers, mail

_TO = {"to": [{"email": "pay@customer.example"}]}
_PLAIN = {"type": "text/plain", "value": "Please pay."}
_HTML = {"type": "text/html", "value": "<p>Please pay.</p>"}
_PDF = {"content": "JVBERi0=", "filename": "a.pdf", "type": "application/pdf"}
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"personalizations": None}, "personalizations"),
        ({"personalizations": []}, "personalizations"),
        ({"personalizations": [_TO] * 1001}, "personalizations"),
        ({"personalizations": ["x"]}, "personalizations.0"),
        ({"personalizations": [{}]}, "personalizations.0.to"),
        ({"personalizations": [{"to": []}]}, "personalizations.0.to"),
        ({"personalizations": [{"to": "a@b.example"}]}, "personalizations.0.to"),
        ({"personalizations": [{"to": [{"email": "nope"}]}]}, "personalizations.0.to.0.email"),
        ({"personalizations": [{"to": [{"email": "A <a@b.example>"}]}]}, None),
        ({"personalizations": [_TO | {"cc": _TO["to"]}]}, "personalizations.0.cc.0"),
        ({"personalizations": [_TO | {"typo": 1}]}, "personalizations.0.typo"),
        ({"personalizations": [_TO | {"from": {"email": "x"}}]}, "personalizations.0.from.email"),
        ({"from": None}, "from.email"),
        ({"from": {"email": ""}}, "from.email"),
        ({"reply_to": {"email": "x"}}, "reply_to.email"),
        ({"subject": None}, "subject"),
        ({"subject": ""}, "subject"),
        ({"content": None}, "content"),
        ({"content": []}, "content"),
        ({"content": [_HTML, _PLAIN]}, "content"),
        ({"content": [_PLAIN, _PLAIN]}, "content"),
        ({"content": [{"type": "text/calendar", "value": "x"}, _PLAIN]}, "content"),
        ({"content": [{"type": "text/plain", "value": ""}]}, "content.0.value"),
        ({"content": [{"type": "text/plain; charset=x", "value": "x"}]}, "content.0.type"),
        ({"custom_args": "attempt"}, "custom_args"),
        ({"custom_args": {"attempt": 1}}, "custom_args.attempt"),
        ({"custom_args": {"attempt": "x" * 10_000}}, "custom_args"),
        ({"headers": {"X-Number": 1}}, "headers.X-Number"),
        ({"headers": {"Reply-To": "a@b.example"}}, "headers.Reply-To"),
        ({"headers": {"Content-Type": "text/plain"}}, "headers.Content-Type"),
        ({"headers": {"X-Two": "a\r\nBcc: b@c.example"}}, "headers.X-Two"),
        ({"categories": "dunning"}, "categories"),
        ({"categories": ["a", "a"]}, "categories"),
        ({"categories": [str(n) for n in range(11)]}, "categories"),
        ({"categories": ["x" * 256]}, "categories"),
        ({"attachments": []}, "attachments"),
        ({"attachments": [_PDF | {"content": "no base64!"}]}, "attachments.0.content"),
        ({"attachments": [_PDF | {"content": ""}]}, "attachments.0.content"),
        ({"attachments": [_PDF | {"filename": ""}]}, "attachments.0.filename"),
        ({"attachments": [_PDF | {"type": "a/b; c"}]}, "attachments.0.type"),
        ({"mail_settings": []}, "mail_settings"),
        ({"mail_settings": {"sandbox_mode": True}}, "mail_settings.sandbox_mode"),
        ({"tracking_settings": {"click_tracking": {"enable": 1}}}, None),
        ({"typo": 1}, "typo"),
    ],
)
def test_what_the_real_one_refuses_is_refused(
    callers: Callers, changes: dict[str, Any], field: str | None
) -> None:
    fields = callers.refusal(mail(**changes))

    assert len(fields) == 1
    assert field in {fields[0], None}
    assert callers.fake.sent == []


@pytest.mark.parametrize(
    "changes",
    [
        {"content": [_PLAIN]},
        {"content": [_HTML]},
        {"content": [_PLAIN, _HTML, {"type": "text/calendar", "value": "x"}]},
        {"content": None, "subject": None, "template_id": "d-1"},
        {"subject": None, "personalizations": [_TO | {"subject": "Own"}]},
        {"custom_args": {"attempt": "A-2"}},
        {"categories": ["dunning", "dunning-2"]},
        {"attachments": [_PDF]},
        {"reply_to": {"email": "reply+abc@in.creditor.example", "name": "Billing"}},
        {"tracking_settings": {"click_tracking": {"enable": False, "enable_text": False}}},
        {"asm": {"group_id": 1}},
    ],
)
def test_what_the_real_one_takes_is_taken(callers: Callers, changes: dict[str, Any]) -> None:
    assert callers.post_mail(mail(**changes)).status_code == 202


def test_all_problems_are_named_at_once(callers: Callers) -> None:
    fields = callers.refusal({})

    assert fields == ["personalizations", "from.email", "subject", "content"]


@given(st.sampled_from(sorted([*mail(), "categories", "attachments", "mail_settings"])), _VALUES)
def test_no_mail_is_too_strange_for_an_answer(name: str, value: object) -> None:
    request = copy.deepcopy(mail()) | {name: value}
    inside = copy.deepcopy(mail())
    inside["personalizations"][0][name] = value
    inside["content"][0]["type"] = value

    for strange in (request, inside, value):
        assert isinstance(json.dumps([problem.field for problem in problems_of(strange)]), str)
