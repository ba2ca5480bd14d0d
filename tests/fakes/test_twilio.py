from __future__ import annotations

import base64
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from fakes.accounts import Providers
from fakes.fake_providers import FakeProviders
from fakes.serving import running_fake
from tests.fakes.callers import OUR_PHONE, PHONE, SERVICE, Callers


def test_a_good_message_is_taken_over(fake: FakeProviders, callers: Callers) -> None:
    answer = callers.post_text()

    (sent,) = fake.sent
    assert (answer.sid, answer.status) == (sent.provider_id, "queued")
    assert answer.date_sent is None
    assert (sent.channel, sent.attempt) == ("sms", "T-1")
    assert (sent.to, sent.sender, sent.text) == (PHONE, OUR_PHONE, "Please pay.")
    assert sent.payload["Body"] == "Please pay."
    assert [call.status for call in fake.calls] == [201]


def test_a_messaging_service_accepts_first(callers: Callers) -> None:
    answer = callers.post_text(from_=None, messaging_service_sid=SERVICE)

    assert (answer.status, answer.messaging_service_sid) == ("accepted", SERVICE)
    assert answer.from_ is None


def test_a_scheduled_message_waits(callers: Callers) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    answer = callers.post_text(
        from_=None, messaging_service_sid=SERVICE, schedule_type="fixed", send_at=later
    )

    assert answer.status == "scheduled"
    assert callers.twilio().messages(answer.sid).fetch().date_sent is None


def test_a_message_can_be_read_again(callers: Callers) -> None:
    sid = callers.post_text().sid
    read = callers.twilio().messages(sid).fetch()

    assert (read.status, read.body, read.to) == ("sent", "Please pay.", PHONE)
    assert read.date_sent is not None
    with pytest.raises(TwilioRestException) as missing:
        callers.twilio().messages("SM" + "0" * 32).fetch()
    assert (missing.value.status, missing.value.code) == (404, 20404)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to": ""}, 21604),
        ({"from_": None}, 21603),
        ({"body": None}, 21602),
        ({"body": ""}, 21602),
        ({"body": "x" * 1601}, 21617),
        ({"validity_period": 0}, 20001),
        ({"validity_period": 36_001}, 20001),
        ({"status_callback": "desk.example/x"}, 21609),
        ({"from_": None, "messaging_service_sid": "MGnope"}, 21701),
        ({"schedule_type": "fixed", "send_at": datetime(2027, 1, 1, tzinfo=UTC)}, 35118),
        ({"to": "0170 12345678"}, 21211),
        ({"to": "+0170123456"}, 21211),
        ({"to": OUR_PHONE}, 21266),
        ({"from_": "No way to sign"}, 21212),
        ({"from_": "12345678901"}, 21212),
        ({"from_": "Creditor", "to": "+12025550123"}, 21612),
        ({"to": "+15005550001"}, 21211),
        ({"to": "+15005550002"}, 21612),
        ({"to": "+15005550003"}, 21408),
        ({"to": "+15005550004"}, 21610),
        ({"to": "+15005550009"}, 21614),
        ({"from_": "+15005550001"}, 21212),
        ({"from_": "+15005550007"}, 21606),
        ({"from_": "+15005550008"}, 21611),
    ],
)
def test_what_the_real_one_refuses_is_refused(
    fake: FakeProviders, callers: Callers, changes: dict[str, Any], code: int
) -> None:
    with pytest.raises(TwilioRestException) as refused:
        callers.post_text(**changes)

    assert refused.value.code == code
    assert refused.value.status == (429 if code == 21611 else 400)
    assert refused.value.uri is not None
    assert fake.sent == []


@pytest.mark.parametrize(
    "changes",
    [
        {"body": "x" * 1600},
        {"body": "Zürich – 10 €"},
        {"validity_period": 36_000},
        {"validity_period": 1},
        {"from_": "Creditor"},
        {"from_": "12345"},
        {"status_callback": None},
        {"smart_encoded": True, "risk_check": "disable"},
        {"body": None, "media_url": ["https://desk.example/a.pdf"]},
    ],
)
def test_what_the_real_one_takes_is_taken(
    fake: FakeProviders, callers: Callers, changes: dict[str, Any]
) -> None:
    callers.post_text(**changes)

    assert len(fake.sent) == 1
    assert fake.sent[0].text == changes.get("body", "Please pay.") or not fake.sent[0].text


def test_the_account_knows_whom_not_to_write_to(fake: FakeProviders, callers: Callers) -> None:
    def code() -> int:
        with pytest.raises(TwilioRestException) as refused:
            callers.post_text()
        return int(refused.value.code)

    fake.sms.landlines.add(PHONE)
    codes = [code()]
    fake.sms.opted_out.add(PHONE)
    codes.append(code())
    fake.sms.verified = set()
    codes.append(code())
    fake.sms.blocked_prefixes.add("+49")
    codes.append(code())
    fake.sms.numbers = {"+4930123456"}
    codes.append(code())

    assert codes == [21614, 21610, 21608, 21408, 21606]


def test_messages_are_found_by_address_and_moment() -> None:
    at = [datetime(2026, 3, day, 10, 0, 0, 500, tzinfo=UTC) for day in (1, 2, 2, 3, 4)]
    moments = iter(at)
    now = [at[0]]
    with running_fake(Providers(now=lambda: now[0])) as fake:
        callers = Callers(fake)
        for number in range(4):
            now[0] = next(moments)
            callers.post_text(body=str(number), to=PHONE if number != 2 else "+4930123456")
        messages = callers.twilio().messages

        def found(**wanted: object) -> list[str]:
            return [message.body for message in messages.list(**wanted)]

        assert found() == ["3", "2", "1", "0"]
        assert found(to=PHONE) == ["3", "1", "0"]
        assert found(to=PHONE, date_sent_after=at[1]) == ["3", "1"]
        assert found(date_sent_after=at[1] + timedelta(seconds=1)) == ["3"]
        assert found(date_sent_before=at[1] - timedelta(seconds=1)) == ["0"]
        assert found(date_sent=date(2026, 3, 2)) == ["2", "1"]
        assert found(from_="+4930999999") == []
        assert found(limit=2, page_size=1) == ["3", "2"]
        assert found(page_size=3) == ["3", "2", "1", "0"]


def test_an_impossible_search_is_refused(callers: Callers) -> None:
    key = f"{callers.fake.twilio_account_sid}:{callers.fake.twilio_token}".encode()
    headers = {"Authorization": f"Basic {base64.b64encode(key).decode()}"}
    path = f"/2010-04-01/Accounts/{callers.fake.twilio_account_sid}/Messages.json"

    for query in ("DateSent=yesterday", "PageSize=x", "Page=-1", "PageSize=0", "PageSize=1001"):
        status, _, body = callers.plainly("GET", f"{path}?{query}", headers=headers)
        assert (status, json.loads(body)["code"]) == (400, 20001), query


def test_a_wrong_login_is_refused(fake: FakeProviders, callers: Callers) -> None:
    for user, password in [(None, "wrong"), ("AC" + "0" * 32, None), (fake.sms.api_key, None)]:
        with pytest.raises(TwilioRestException) as refused:
            callers.twilio(user, password).messages("SM" + "0" * 32).fetch()
        assert (refused.value.status, refused.value.code) == (401, 20003)


@pytest.mark.parametrize("login", ["", "Basic ", "Basic", "Basic Og==", "Bearer x"])
def test_no_login_is_refused(fake: FakeProviders, callers: Callers, login: str) -> None:
    path = f"/2010-04-01/Accounts/{fake.twilio_account_sid}.json"

    assert callers.plainly("GET", path, headers={"Authorization": login})[0] == 401


def test_an_api_key_logs_in_as_well(fake: FakeProviders, callers: Callers) -> None:
    client = callers.twilio(fake.sms.api_key, fake.sms.api_secret)

    assert client.messages.list() == []


def test_another_account_is_not_there(callers: Callers) -> None:
    with pytest.raises(TwilioRestException) as refused:
        callers.twilio().api.accounts("AC" + "0" * 32).fetch()

    assert refused.value.status == 404


def test_a_suspended_account_sends_nothing_but_can_be_read(
    fake: FakeProviders, callers: Callers
) -> None:
    account = callers.twilio().api.accounts(fake.twilio_account_sid)
    statuses = [account.fetch().status]
    fake.sms.status = "suspended"
    statuses.append(account.fetch().status)

    assert statuses == ["active", "suspended"]
    with pytest.raises(TwilioRestException) as refused:
        callers.post_text()
    assert (refused.value.status, refused.value.code) == (403, 20005)


def test_a_refusal_says_where_to_read_more(fake: FakeProviders, callers: Callers) -> None:
    status, _, body = callers.plainly("GET", f"/2010-04-01/Accounts/{fake.twilio_account_sid}.json")

    assert status == 401
    assert json.loads(body) == {
        "code": 20003,
        "message": "Authenticate",
        "more_info": "https://www.twilio.com/docs/errors/20003",
        "status": 401,
    }


def test_a_wrong_door_is_refused_as_twilio_refuses(callers: Callers) -> None:
    status, _, body = callers.plainly("GET", "/2010-04-01/Nothing.json")

    assert (status, json.loads(body)["code"]) == (404, 20404)
