"""Settings of what messages go out and come in by; part of the settings of an installation."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode


def _listed(value: object) -> object:
    """Several values in one variable, with commas or line ends between them."""
    if not isinstance(value, str):
        return value
    return [one.strip() for one in re.split(r"[,\n]", value) if one.strip()]


Several = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]
SeveralSecrets = Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_listed)]


class GatewaySettings(BaseSettings):
    """Providers, mailboxes and the addresses they reach Duncan at; read by settings.py only."""

    email_provider: Literal["outbox", "smtp", "sendgrid"] = Field(
        default="outbox", description="how e-mails go out"
    )
    sms_provider: Literal["outbox", "twilio"] = Field(
        default="outbox", description="how text messages go out"
    )
    live: bool = Field(
        default=False,
        description="whether everybody may be written to; until then only live_recipients",
    )
    live_recipients: Several = Field(
        default=(), description="who gets messages while not live: me@my.co, @my.co, +447700900123"
    )
    sendgrid_api_key: SecretStr = SecretStr("")
    sendgrid_host: str = Field(
        default="https://api.sendgrid.com", description="https://api.eu.sendgrid.com for the EU"
    )
    sendgrid_webhook_keys: Several = Field(
        default=(), description="public keys of signed webhooks, new and old"
    )
    sendgrid_inbound_keys: Several = Field(
        default=(), description="public keys of signed inbound mail, new and old"
    )
    inbound_secret: SecretStr = Field(
        default=SecretStr(""), description="last part of the address for inbound mail, unsigned"
    )
    webhooks_changing: bool = Field(
        default=False, description="while keys change: what no key confirms is asked for again"
    )
    webhooks_private: bool = Field(
        default=False, description="whether events may go to our own network, without https too"
    )
    sendgrid_email_activity: bool = Field(
        default=False, description="whether the account has the add-on to look mails up"
    )
    twilio_account_sid: str = ""
    twilio_auth_tokens: SeveralSecrets = Field(
        default=(), description="the first one logs in; any may have signed a webhook"
    )
    twilio_shared_keys: SeveralSecrets = Field(
        default=(), description="keys of webhooks that Twilio signs with SHA-256"
    )
    twilio_api_key: str = Field(default="", description="logs in instead of the token, if set")
    twilio_api_secret: SecretStr = SecretStr("")
    twilio_from: str = Field(default="", description="number that text messages come from")
    twilio_messaging_service: str = Field(default="", description="used instead of twilio_from")
    twilio_base_url: str = Field(default="", description="another address of Twilio's API")
    inbound_domain: str = Field(default="", description="domain to which customers' replies come")
    reply_secrets: SeveralSecrets = Field(
        default=(), description="the first one signs reply addresses; any may have signed one"
    )
    imap_host: str = Field(default="", description="mail server whose mailbox is polled")
    imap_port: int = 993
    imap_user: str = ""
    imap_password: SecretStr = SecretStr("")
    imap_folder: str = Field(default="INBOX", description="folder that customers' mails come to")
    imap_tls: bool = Field(default=True, description="off only for a server on this machine")
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_starttls: bool = True
    email_per_second: float = Field(
        default=20.0, description="e-mails handed over a second, all workers"
    )
    sms_per_second: float = Field(default=5.0, description="text messages handed over a second")
    send_threads: int = 8
