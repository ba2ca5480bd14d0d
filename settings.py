"""Settings: the only reader of the environment. Prefix `DUNCAN_`, or an `.env` file."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)

ROOT = Path(__file__).parent
PREFIX = "DUNCAN_"


class InvalidSettings(Exception):  # noqa: N818 - the settings are wrong; the program is not
    """What is set cannot be used; says which setting and why, never its value."""


def _listed(value: object) -> object:
    """Several values in one variable, with commas or line ends between them."""
    if not isinstance(value, str):
        return value
    return [one.strip() for one in re.split(r"[,\n]", value) if one.strip()]


Several = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]
SeveralSecrets = Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_listed)]


class Settings(BaseSettings):
    """Everything an installation may set.

    A secret may also be a file: named like its variable, in the folder `DUNCAN_SECRETS_DIR`, or
    anywhere, named by the variable with `_FILE` behind it.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        extra="ignore",
        frozen=True,
        # What is set wrongly may be a secret.
        hide_input_in_errors=True,
    )

    home: Path = Field(
        default=Path("var"), description="books, engine state and outbox of an installation"
    )
    database_url: str = Field(
        default="", description="PostgreSQL for the books; SQLite in home without it"
    )
    temporal_address: str = Field(
        default="", description="a Temporal server; embedded without it and without a profile"
    )
    temporal_namespace: str = Field(default="", description="else that of the profile, or default")
    payload_keys: SeveralSecrets = Field(default=(), description="for Temporal; first encrypts")
    metrics_address: str = Field(
        default="", description="host:port where `duncan up` serves measures for Prometheus"
    )
    engine_port: int = Field(
        default=7233, description="port of the embedded engine; its UI is 1000 above"
    )
    policies: Path = Field(default=ROOT / "policies", description="folder of policies and entities")
    letters: Path = Field(default=ROOT / "templates" / "letters", description="folder of letters")
    public_url: str = Field(
        default="", description="https address of the console, as customers and providers reach it"
    )
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
    oidc_issuer: str = Field(default="", description="identity provider to sign in with (OIDC)")
    oidc_client_id: str = Field(default="", description="by which the provider knows Duncan")
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_name: str = Field(default="", description="what the button calls the provider")
    oidc_scopes: str = Field(default="openid email profile", description="what it is asked for")
    oidc_role_claim: str = Field(default="", description="claim that has a person's groups")
    oidc_roles: Several = Field(default=(), description="roles by group: ar=associate, x=senior")
    oidc_add_people: bool = Field(default=False, description="add who has a role by group")
    oidc_only: bool = Field(default=False, description="passwords for nobody but break_glass")
    break_glass: str = Field(default="", description="the administrator for emergencies")
    audit_reads: bool = Field(default=False, description="record reads of personal data")
    controller_email: str = Field(default="", description="who gets the report of every week")
    audit_key_file: Path | None = Field(
        default=None, description="Ed25519 key (PEM) that signs evidence packs"
    )

    @model_validator(mode="after")
    def _people_can_come_in(self) -> Self:
        needed = {
            "oidc_issuer": ("oidc_client_id",),
            "oidc_only": ("oidc_issuer", "break_glass"),
            "oidc_add_people": ("oidc_role_claim",),
            "oidc_role_claim": ("oidc_roles",),
        }
        for asked, names in needed.items():
            if getattr(self, asked) and not all(getattr(self, one) for one in names):
                both = " and ".join(f"{PREFIX}{one.upper()}" for one in names)
                raise ValueError(f"{PREFIX}{asked.upper()} needs {both} as well")
        if any(not all(one.partition("=")) for one in self.oidc_roles):
            raise ValueError(f"{PREFIX}OIDC_ROLES is written as group=role, group=role")
        return self

    @property
    def books_url(self) -> str:
        """Where the books are."""
        return self.database_url or f"sqlite:///{(self.home / 'books.db').resolve()}"

    @property
    def temporal_elsewhere(self) -> bool:
        """Whether a Temporal server is named, here or by Temporal's own variables.

        A profile file that merely lies in its default place names none: who keeps one for other
        work must not find this installation's cases there.
        """
        own = (os.environ.get(f"TEMPORAL_{name}") for name in ("ADDRESS", "PROFILE", "CONFIG_FILE"))
        return bool(self.temporal_address or any(own))

    @property
    def outbox_folder(self) -> Path:
        """Where the outbox gateway writes its files."""
        return self.home / "outbox"

    @property
    def evidence_folder(self) -> Path:
        """Where files about disputes are kept, each under its digest."""
        return self.home / "evidence"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is given counts first, then the environment, `.env`, and last a file's secret."""
        del file_secret_settings
        files = InitSettingsSource(settings_cls, _named_files())
        sources = (init_settings, env_settings, dotenv_settings, files)
        folder = os.environ.get(f"{PREFIX}SECRETS_DIR", "")
        return (*sources, SecretsSettingsSource(settings_cls, folder)) if folder else sources


def _named_files() -> dict[str, str]:
    """What stands in the files that variables such as `DUNCAN_DATABASE_URL_FILE` name."""
    found: dict[str, str] = {}
    for name in Settings.model_fields:
        variable = f"{PREFIX}{name}".upper()
        if not (place := os.environ.get(f"{variable}_FILE", "")):
            continue
        if os.environ.get(variable):
            raise InvalidSettings(f"{variable} and {variable}_FILE are both set: set one.")
        try:
            found[name] = Path(place).read_text(encoding="utf-8").strip("\r\n")
        except (OSError, ValueError):
            raise InvalidSettings(f"{variable}_FILE names a file that cannot be read.") from None
    return found


def read_settings() -> Settings:
    """The settings of this process.

    Raises InvalidSettings with one sentence that names the variables, not what is in them.
    """
    folder = os.environ.get(f"{PREFIX}SECRETS_DIR", "")
    if folder and not Path(folder).is_dir():
        raise InvalidSettings(f"{PREFIX}SECRETS_DIR names {folder}, which is no folder.")
    try:
        return Settings()
    except ValidationError as invalid:
        found = (f"{_variable(one['loc'])}: {one['msg']}" for one in invalid.errors())
        raise InvalidSettings(f"The settings cannot be used. {'; '.join(found)}.") from None


def _variable(place: tuple[int | str, ...]) -> str:
    return f"{PREFIX}{place[0]}".upper() if place else "The settings"
