from __future__ import annotations

import base64
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

from fakes import faults
from fakes.fake_providers import FakeProviders
from tests.fakes.callers import SERVICE, Callers, mail

SPECS = Path(__file__).parents[3] / "shared" / "specs"
_MAIL, _HOOKS, _TEXTS = "tsg_mail_v3.json", "tsg_webhooks_v3.json", "twilio_messages_min.json"
_HOSTS = {
    _MAIL: "https://api.sendgrid.com",
    _HOOKS: "https://api.sendgrid.com",
    _TEXTS: "https://api.twilio.com",
}

pytestmark = pytest.mark.skipif(
    not SPECS.exists(), reason="needs the providers' OpenAPI documents in ../shared/specs"
)


@cache
def _spec(name: str) -> OpenAPI:
    return OpenAPI.from_dict(json.loads((SPECS / name).read_text("utf-8")))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"categories": ["dunning"]},
        {"attachments": [{"content": "JVBERi0=", "filename": "a.pdf", "type": "application/pdf"}]},
        {"reply_to": {"email": "reply+abc@in.creditor.example"}},
        {"custom_args": {"attempt": "A-1"}},
        {"mail_settings": {"sandbox_mode": {"enable": True}}},
        {"tracking_settings": {"click_tracking": {"enable": False}}},
    ],
)
def test_a_mail_that_is_taken_keeps_the_contract(
    fake: FakeProviders, callers: Callers, changes: dict[str, Any]
) -> None:
    answer = callers.post_mail(mail(**changes))

    assert answer.status_code in {200, 202}
    assert _request_problems(fake, _MAIL) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"personalizations": None},
        {"from": None},
        {"subject": ""},
        {"categories": ["a", "a"]},
        {"content": [{"type": "text/plain"}]},
        {"personalizations": [{"to": [{"email": "nope"}]}]},
        {"attachments": [{"content": "JVBERi0="}]},
        {"headers": "X-A: 1"},
    ],
)
def test_a_mail_that_breaks_the_contract_is_refused(
    fake: FakeProviders, callers: Callers, changes: dict[str, Any]
) -> None:
    callers.refusal(mail(**changes))

    assert _request_problems(fake, _MAIL) != []


@pytest.mark.parametrize(
    ("status", "provoke"),
    [
        (400, lambda callers: callers.plainly("POST", "/v3/mail/send", b"{}")),
        (401, lambda callers: callers.plainly("POST", "/v3/mail/send", b"{}", {})),
        (405, lambda callers: callers.plainly("GET", "/v3/mail/send")),
        (500, lambda callers: _faulty(callers, 500)),
        (403, lambda callers: _faulty(callers, 403)),
    ],
)
def test_sendgrids_refusals_keep_the_contract(
    callers: Callers, status: int, provoke: Callable[[Callers], tuple[int, Any, bytes]]
) -> None:
    answered, _, body = provoke(callers)

    # The real answers fill fields that do not apply with null, which the document forbids.
    known = [{k: v for k, v in e.items() if v is not None} for e in json.loads(body)["errors"]]
    shown = json.dumps({"errors": known}).encode()
    assert answered == status
    assert _answer_problems(_MAIL, "POST", "/v3/mail/send", status, shown) == []


@pytest.mark.parametrize(
    ("path", "settings"),
    [
        ("event/settings/all", {"id": "w1", "url": "https://desk.example", "enabled": True}),
        ("event/settings/w1", {"id": "w1", "url": "https://desk.example", "bounce": True}),
        ("event/settings/signed/w1", {"id": "w1", "url": "https://desk.example"}),
        (
            "parse/settings",
            {"hostname": "in.example", "url": "https://d.example", "send_raw": True},
        ),
        ("security/policies", {"id": "p1", "name": "signed", "signature": {"public_key": "x"}}),
    ],
)
def test_settings_keep_the_contract(
    fake: FakeProviders, callers: Callers, path: str, settings: dict[str, Any]
) -> None:
    kept = fake.email.event_webhooks, fake.email.parse_settings, fake.email.security_policies
    kept[("event", "parse", "security").index(path.partition("/")[0])].append(settings)
    whole = f"/v3/user/webhooks/{path}"
    status, _, body = callers.plainly("GET", whole)

    assert status == 200
    assert _request_problems(fake, _HOOKS) == []
    assert _answer_problems(_HOOKS, "GET", whole, 200, body) == []


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"from_": None, "messaging_service_sid": SERVICE},
        {"validity_period": 3600, "smart_encoded": True, "risk_check": "disable"},
        {"status_callback": None},
    ],
)
def test_a_text_message_keeps_the_contract(
    fake: FakeProviders, callers: Callers, changes: dict[str, Any]
) -> None:
    callers.post_text(**changes)
    created = _again(fake)

    assert _request_problems(fake, _TEXTS) == []
    assert _answer_problems(_TEXTS, "POST", fake.calls[0].path, 201, created) == []


@pytest.mark.parametrize(
    "changes", [{"to": ""}, {"status_callback": "nowhere"}, {"validity_period": "soon"}]
)
def test_a_text_message_that_breaks_the_contract_is_refused(
    fake: FakeProviders, callers: Callers, changes: dict[str, Any]
) -> None:
    with pytest.raises(Exception, match="HTTP 400"):
        callers.post_text(**changes)

    assert fake.sent == []


def test_what_is_read_again_keeps_the_contract(fake: FakeProviders, callers: Callers) -> None:
    for number in range(3):
        callers.post_text(body=str(number))
    account = f"/2010-04-01/Accounts/{fake.twilio_account_sid}"
    one = f"{account}/Messages/{fake.sent[0].provider_id}.json"
    many = f"{account}/Messages.json"
    found = callers.plainly("GET", f"{many}?To=%2B4917012345678&PageSize=1", b"", _login(fake))
    read = callers.plainly("GET", one, b"", _login(fake))

    assert _answer_problems(_TEXTS, "GET", one, read[0], read[2]) == []
    assert len(json.loads(found[2])["messages"]) == 1
    assert _answer_problems(_TEXTS, "GET", many, found[0], _absolute(found[2])) == []


def _request_problems(fake: FakeProviders, spec: str) -> list[str]:
    call = fake.calls[-1]
    body = call.body
    if spec == _MAIL:
        # The document says a top-level `custom_args` is a string; the real one wants an object.
        told = json.loads(body)
        told.pop("custom_args", None)
        body = json.dumps(told).encode()
    request = MockRequest(
        _HOSTS[spec],
        call.method.lower(),
        call.path,
        data=body,
        content_type=call.headers.get("content-type", "").partition(";")[0],
        headers={"Authorization": call.headers["authorization"]},
        args=dict(call.query),
    )
    return _problems(lambda: _spec(spec).validate_request(request))


def _answer_problems(spec: str, method: str, path: str, status: int, body: bytes) -> list[str]:
    request = MockRequest(_HOSTS[spec], method.lower(), path)
    answer = MockResponse(data=body, status_code=status, content_type="application/json")
    return _problems(lambda: _spec(spec).validate_response(request, answer))


def _problems(check: Callable[[], object]) -> list[str]:
    try:
        check()
    except Exception as error:  # noqa: BLE001 - whatever it is, the contract is not kept
        cause = error.__cause__
        return [e.message for e in getattr(cause, "schema_errors", ())] or [str(cause or error)]
    return []


def _faulty(callers: Callers, status: int) -> tuple[int, Any, bytes]:
    callers.fake.fault(faults.answers(status))
    return callers.plainly("POST", "/v3/mail/send", b"{}")


def _login(fake: FakeProviders) -> dict[str, str]:
    word = base64.b64encode(f"{fake.twilio_account_sid}:{fake.twilio_token}".encode()).decode()
    return {"Authorization": f"Basic {word}"}


def _again(fake: FakeProviders) -> bytes:
    """The answer of the last call, asked for once more."""
    call = fake.calls[-1]
    headers = {"Authorization": call.headers["authorization"]}
    headers["Content-Type"] = call.headers["content-type"]
    return Callers(fake).plainly(call.method, call.path, call.body, headers)[2]


def _absolute(listed: bytes) -> bytes:
    """The same list with whole addresses: the real one's are relative, the document's are not."""
    told = json.loads(listed)
    uris = {key: uri for key, uri in told.items() if key.endswith("uri") and uri is not None}
    whole = {key: f"{_HOSTS[_TEXTS]}{uri}" for key, uri in uris.items()}
    return json.dumps(told | whole).encode()
