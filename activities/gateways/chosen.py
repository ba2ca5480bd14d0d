"""The gateways that the settings choose."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from activities.gateways.interface import Gateway
from activities.gateways.smtp import SmtpGateway, SmtpServer
from activities.gateways.test_mode import AllowList, InTestMode
from settings import InvalidSettings, Settings

_SHORTEST_SECRET = 16
_OUR_OWN_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})
_DOMAIN = re.compile(r"([A-Za-z0-9-]+\.)+[A-Za-z0-9-]+")
_ONE_WORD = re.compile(r"[!-~]+")


def choose(settings: Settings, outbox: Gateway) -> Mapping[str, Gateway]:
    """A gateway for each channel; in test mode, whatever is not allowed stays in the outbox.

    Raises InvalidSettings with a sentence for everything that is missing or wrong.
    """
    if found := list(problems(settings)):
        raise InvalidSettings(" ".join(found))
    real = {"email": _email(settings), "sms": _sms(settings)}
    if settings.live:
        return {channel: way or outbox for channel, way in real.items()}
    allowed = AllowList.of(settings.live_recipients)
    return {
        channel: InTestMode(way, outbox, allowed) if way else outbox
        for channel, way in real.items()
    }


def problems(settings: Settings) -> Iterator[str]:
    """What keeps the chosen providers from working, one plain sentence each.

    Keys of a provider that is not chosen are no problem.
    """
    if settings.email_provider == "smtp" and not settings.smtp_host:
        yield "E-mails go out by SMTP, but no SMTP host is set (DUNCAN_SMTP_HOST)."
    if settings.email_provider == "sendgrid":
        yield from _sendgrid_problems(settings)
    if settings.sms_provider == "twilio":
        yield from _twilio_problems(settings)
    yield from _reply_problems(settings)
    if settings.public_url and not _is_safe(settings.public_url):
        yield "The public address must begin with https:// (DUNCAN_PUBLIC_URL)."
    try:
        AllowList.of(settings.live_recipients)
    except ValueError as error:
        yield f"The list of live recipients cannot be read: {error}"


def _sendgrid_problems(settings: Settings) -> Iterator[str]:
    if not _ONE_WORD.fullmatch(settings.sendgrid_api_key.get_secret_value()):
        yield "E-mails go out by SendGrid, but no usable key is set (DUNCAN_SENDGRID_API_KEY)."
    if not _is_safe(settings.sendgrid_host):
        yield "SendGrid's host must begin with https:// (DUNCAN_SENDGRID_HOST)."


def _twilio_problems(settings: Settings) -> Iterator[str]:
    sends = "Text messages go out by Twilio, but"
    if not settings.twilio_account_sid:
        yield f"{sends} no account is set (DUNCAN_TWILIO_ACCOUNT_SID)."
    if bool(settings.twilio_api_key) != bool(settings.twilio_api_secret.get_secret_value()):
        yield f"{sends} DUNCAN_TWILIO_API_KEY and DUNCAN_TWILIO_API_SECRET need each other."
    elif not (settings.twilio_api_key or settings.twilio_auth_tokens):
        yield f"{sends} neither DUNCAN_TWILIO_AUTH_TOKENS nor DUNCAN_TWILIO_API_KEY is set."
    if not (settings.twilio_from or settings.twilio_messaging_service):
        yield f"{sends} neither DUNCAN_TWILIO_FROM nor DUNCAN_TWILIO_MESSAGING_SERVICE is set."
    if settings.twilio_base_url and not _is_safe(settings.twilio_base_url):
        yield "Twilio's address must begin with https:// (DUNCAN_TWILIO_BASE_URL)."


def _reply_problems(settings: Settings) -> Iterator[str]:
    secrets = [secret.get_secret_value() for secret in settings.reply_secrets]
    if settings.inbound_domain and not _DOMAIN.fullmatch(settings.inbound_domain):
        yield "The domain of replies must be like in.mycompany.com (DUNCAN_INBOUND_DOMAIN)."
    if settings.inbound_domain and not secrets:
        yield "Replies come to DUNCAN_INBOUND_DOMAIN, but DUNCAN_REPLY_SECRETS is not set."
    if any(len(secret) < _SHORTEST_SECRET for secret in secrets):
        yield f"A reply secret needs {_SHORTEST_SECRET} characters (DUNCAN_REPLY_SECRETS)."


def smtp_server(settings: Settings) -> SmtpServer:
    """The mail server of the settings."""
    return SmtpServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        user=settings.smtp_user,
        password=settings.smtp_password.get_secret_value(),
        starttls=settings.smtp_starttls,
    )


def twilio_login(settings: Settings) -> tuple[str, str]:
    """Who logs in to Twilio, and with which secret: the API key, else the account's token."""
    if settings.twilio_api_key:
        return settings.twilio_api_key, settings.twilio_api_secret.get_secret_value()
    return settings.twilio_account_sid, settings.twilio_auth_tokens[0].get_secret_value()


def _is_safe(address: str) -> bool:
    """Whether the address is encrypted, or on this very machine, and a plain base."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.username or parts.query or parts.fragment or not _ONE_WORD.fullmatch(address):
        return False
    if parts.scheme == "http":
        return parts.hostname in _OUR_OWN_MACHINE
    return parts.scheme == "https" and bool(parts.hostname)


def _email(settings: Settings) -> Gateway | None:
    match settings.email_provider:
        case "smtp":
            return _smtp(settings)
        case "sendgrid":
            return _sendgrid(settings)
        case "outbox":
            return None


def _sms(settings: Settings) -> Gateway | None:
    return _twilio(settings) if settings.sms_provider == "twilio" else None


def _smtp(settings: Settings) -> Gateway:
    return SmtpGateway(smtp_server(settings))


# The providers' libraries take a second to load: only who has chosen them waits for them.
def _sendgrid(settings: Settings) -> Gateway:
    from activities.gateways.sendgrid import SendGridAccount, SendGridGateway  # noqa: PLC0415

    account = SendGridAccount(
        api_key=settings.sendgrid_api_key.get_secret_value(),
        host=settings.sendgrid_host.rstrip("/"),
        has_email_activity=settings.sendgrid_email_activity,
    )
    return SendGridGateway(account)


def _twilio(settings: Settings) -> Gateway:
    from activities.gateways.twilio import TwilioAccount, TwilioGateway  # noqa: PLC0415

    user, secret = twilio_login(settings)
    account = TwilioAccount(
        sid=settings.twilio_account_sid,
        user=user,
        secret=secret,
        sender=settings.twilio_from,
        service=settings.twilio_messaging_service,
        base_url=settings.twilio_base_url.rstrip("/"),
        public_url=settings.public_url.rstrip("/"),
    )
    return TwilioGateway(account)
