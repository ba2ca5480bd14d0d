from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from activities.gateways.chosen import choose, problems
from activities.gateways.interface import Accepted, Gateway, Outcome, OutgoingMessage, SentBefore
from activities.gateways.sendgrid import SendGridGateway
from activities.gateways.smtp import SmtpGateway
from activities.gateways.test_mode import InTestMode
from activities.gateways.twilio import TwilioGateway
from fakes.serving import running_fake
from settings import InvalidSettings, Settings, read_settings
from tests.activities.outgoing_messages import message, text_message

KEY, TOKEN = SecretStr("SG.key"), (SecretStr("token"),)
SMTP: Mapping[str, Any] = {"email_provider": "smtp", "smtp_host": "mail.example"}
SENDGRID: Mapping[str, Any] = {"email_provider": "sendgrid", "sendgrid_api_key": KEY}
TWILIO: Mapping[str, Any] = {
    "sms_provider": "twilio",
    "twilio_account_sid": "AC1",
    "twilio_auth_tokens": TOKEN,
    "twilio_from": "+15005550006",
}
SECRETS = (SecretStr("sixteen letters.."),)


class Outbox:
    """An outbox that takes everything."""

    def send(self, message: OutgoingMessage) -> Outcome:
        return Accepted(f"outbox:{message.attempt}")

    def look_up(self, message: SentBefore) -> Accepted | None:
        return Accepted(f"outbox:{message.attempt}")


OUTBOX = Outbox()


def settings(**changes: object) -> Settings:
    return Settings(_env_file=None).model_copy(update=changes)  # type: ignore[call-arg]  # Pydantic's own.


def live(**changes: object) -> Mapping[str, Gateway]:
    return choose(settings(live=True, **changes), OUTBOX)


def test_nothing_leaves_a_fresh_installation() -> None:
    assert choose(settings(), OUTBOX) == {"email": OUTBOX, "sms": OUTBOX}
    assert choose(settings(live=True), OUTBOX) == {"email": OUTBOX, "sms": OUTBOX}


def test_every_provider_can_be_chosen() -> None:
    assert isinstance(live(**SMTP)["email"], SmtpGateway)
    assert isinstance(live(**SENDGRID)["email"], SendGridGateway)
    assert isinstance(live(**TWILIO)["sms"], TwilioGateway)


@pytest.mark.parametrize("chosen", [SMTP, SENDGRID, TWILIO, {**SENDGRID, **TWILIO}])
def test_test_mode_is_on_until_it_is_switched_off(chosen: Mapping[str, Any]) -> None:
    found = choose(settings(**chosen), OUTBOX)
    providers = [way for way in found.values() if way is not OUTBOX]

    assert providers
    assert all(isinstance(way, InTestMode) for way in providers)


def test_in_test_mode_only_the_live_recipients_get_anything() -> None:
    with running_fake() as fake:
        chosen = settings(
            email_provider="sendgrid",
            sendgrid_api_key=SecretStr(fake.sendgrid_key),
            sendgrid_host=fake.url,
            sms_provider="twilio",
            twilio_account_sid=fake.twilio_account_sid,
            twilio_auth_tokens=(SecretStr(fake.twilio_token),),
            twilio_messaging_service="MG" + "0" * 32,
            twilio_base_url=fake.url,
            live_recipients=("@mycompany.com", "+447700900999"),
        )
        ways = choose(chosen, OUTBOX)
        ways["email"].send(message())
        ways["sms"].send(text_message())
        ways["email"].send(message(attempt="mine", to_address="me@mycompany.com"))
        ways["sms"].send(text_message(attempt="mine", to_address="+447700900999"))

        assert [sent.to for sent in fake.sent] == ["me@mycompany.com", "+447700900999"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"email_provider": "smtp"}, "DUNCAN_SMTP_HOST"),
        ({"email_provider": "sendgrid"}, "DUNCAN_SENDGRID_API_KEY"),
        ({**SENDGRID, "sendgrid_api_key": SecretStr("a\r\nX: y")}, "DUNCAN_SENDGRID_API_KEY"),
        ({**SENDGRID, "sendgrid_api_key": SecretStr("k\u00e9y")}, "DUNCAN_SENDGRID_API_KEY"),
        ({**SENDGRID, "sendgrid_host": "http://api.sendgrid.com"}, "DUNCAN_SENDGRID_HOST"),
        ({**SENDGRID, "sendgrid_host": "file:///etc/passwd"}, "DUNCAN_SENDGRID_HOST"),
        ({**SENDGRID, "sendgrid_host": "https://u@x.example"}, "DUNCAN_SENDGRID_HOST"),
        ({**SENDGRID, "sendgrid_host": "https://"}, "DUNCAN_SENDGRID_HOST"),
        ({**SENDGRID, "sendgrid_host": "http://[::1"}, "DUNCAN_SENDGRID_HOST"),
        ({**TWILIO, "twilio_account_sid": ""}, "DUNCAN_TWILIO_ACCOUNT_SID"),
        ({**TWILIO, "twilio_auth_tokens": ()}, "DUNCAN_TWILIO_AUTH_TOKENS"),
        ({**TWILIO, "twilio_api_key": "SK1"}, "DUNCAN_TWILIO_API_SECRET"),
        ({**TWILIO, "twilio_api_secret": SecretStr("s")}, "DUNCAN_TWILIO_API_KEY"),
        ({**TWILIO, "twilio_from": ""}, "DUNCAN_TWILIO_MESSAGING_SERVICE"),
        ({**TWILIO, "twilio_base_url": "http://x.example"}, "DUNCAN_TWILIO_BASE_URL"),
        ({"public_url": "http://desk.example"}, "DUNCAN_PUBLIC_URL"),
        ({"public_url": "desk.example"}, "DUNCAN_PUBLIC_URL"),
        ({"inbound_domain": "in.x.example"}, "DUNCAN_REPLY_SECRETS"),
        ({"inbound_domain": "me@x.example", "reply_secrets": SECRETS}, "DUNCAN_INBOUND_DOMAIN"),
        ({"reply_secrets": (SecretStr("short"),)}, "DUNCAN_REPLY_SECRETS"),
        ({"live_recipients": ("mycompany.com",)}, '"mycompany.com" is no address'),
    ],
)
def test_what_does_not_go_together_is_one_plain_sentence(
    wrong: Mapping[str, Any], told: str
) -> None:
    [sentence] = problems(settings(**wrong))

    assert told in sentence
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    with pytest.raises(InvalidSettings, match=r"DUNCAN_|live recipients"):
        choose(settings(**wrong), OUTBOX)


@pytest.mark.parametrize(
    "right",
    [
        {},
        SMTP,
        SENDGRID,
        {**SENDGRID, "sendgrid_host": "https://api.eu.sendgrid.com/"},
        {**SENDGRID, "sendgrid_host": "http://127.0.0.1:4030"},
        TWILIO,
        {**TWILIO, "twilio_api_key": "SK1", "twilio_api_secret": KEY, "twilio_auth_tokens": ()},
        {**TWILIO, "twilio_from": "", "twilio_messaging_service": "MG1"},
        {"sendgrid_api_key": KEY, "twilio_auth_tokens": TOKEN, "smtp_host": "mail.example"},
        {"inbound_domain": "in.x.example", "reply_secrets": SECRETS},
        {"public_url": "https://desk.example/duncan/"},
        {"public_url": "http://localhost:8080"},
        {"live": True, "live_recipients": ("@mycompany.com",)},
    ],
)
def test_what_goes_together_is_no_problem(right: Mapping[str, Any]) -> None:
    assert list(problems(settings(**right))) == []


def test_an_api_key_logs_in_before_the_token() -> None:
    with running_fake() as fake:
        ways = live(
            sms_provider="twilio",
            twilio_account_sid=fake.sms.sid,
            twilio_api_key=fake.sms.api_key,
            twilio_api_secret=SecretStr(fake.sms.api_secret),
            twilio_auth_tokens=(SecretStr("wrong"),),
            twilio_from="+15005550006",
            twilio_base_url=f"{fake.url}/",
            public_url="https://desk.example/",
        )

        assert isinstance(ways["sms"].send(text_message()), Accepted)
        callback = fake.sent[0].payload["StatusCallback"]
        assert callback == "https://desk.example/webhooks/twilio/status?a=a1b2c3"


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUNCAN_EMAIL_PROVIDER", "sendgrid")
    monkeypatch.setenv("DUNCAN_LIVE_RECIPIENTS", "@mycompany.com, +44 7700 900123,\n me@x.example")
    monkeypatch.setenv("DUNCAN_TWILIO_AUTH_TOKENS", "new,old")
    found = read_settings()

    assert found.email_provider == "sendgrid"
    assert found.live_recipients == ("@mycompany.com", "+44 7700 900123", "me@x.example")
    assert [token.get_secret_value() for token in found.twilio_auth_tokens] == ["new", "old"]


def test_secrets_may_be_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "duncan_sendgrid_api_key").write_text("SG.key\n")
    (tmp_path / "DUNCAN_REPLY_SECRETS").write_text("the new one\nthe old one\n")
    monkeypatch.setenv("DUNCAN_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("DUNCAN_SMTP_PASSWORD", "of the environment")
    (tmp_path / "DUNCAN_SMTP_PASSWORD").write_text("of the file")
    found = read_settings()

    assert found.sendgrid_api_key.get_secret_value() == "SG.key"
    assert [one.get_secret_value() for one in found.reply_secrets] == ["the new one", "the old one"]
    assert found.smtp_password.get_secret_value() == "of the environment"


def test_a_folder_of_secrets_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUNCAN_SECRETS_DIR", "no/such/folder")

    with pytest.raises(InvalidSettings, match="no/such/folder, which is no folder"):
        read_settings()


def test_a_wrong_value_is_told_by_its_variable_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUNCAN_LIVE", "S3cret")
    monkeypatch.setenv("DUNCAN_SMS_PROVIDER", "S3cret")

    with pytest.raises(InvalidSettings) as told:
        read_settings()
    assert "DUNCAN_LIVE: " in str(told.value)
    assert "DUNCAN_SMS_PROVIDER: " in str(told.value)
    assert "S3cret" not in str(told.value)


def test_a_wrong_value_does_not_show_in_an_error() -> None:
    with pytest.raises(ValidationError) as told:
        Settings(_env_file=None, smtp_port="S3cret")  # type: ignore[call-arg, arg-type]  # Wrong.
    assert "S3cret" not in str(told.value)


def test_secrets_do_not_show_where_settings_are_printed() -> None:
    shown = repr(settings(**SENDGRID, **TWILIO, smtp_password=SecretStr("pass"), live=True))

    assert not any(secret in shown for secret in ("SG.key", "'token'", "'pass'"))
