"""Settings: the only reader of the environment. Prefix `DUNCAN_`, or an `.env` file."""

from __future__ import annotations

import os
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)

from settings_of_gateways import GatewaySettings, Several, SeveralSecrets
from settings_of_sign_in import SignInSettings

ROOT = Path(__file__).parent
PREFIX = "DUNCAN_"


class InvalidSettings(Exception):  # noqa: N818 - the settings are wrong; the program is not
    """What is set cannot be used; says which setting and why, never its value."""


def _networks(named: tuple[str, ...]) -> tuple[str, ...]:
    for one in named:
        try:
            ip_network(one)
        except ValueError:
            raise ValueError("write addresses or networks, such as 10.0.0.0/8") from None
    return named


class Settings(GatewaySettings, SignInSettings):
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
    worker_deployment: str = Field(
        default="", description="name of the Worker Deployment; workers have no versions without"
    )
    build_id: str = Field(
        default="", description="version of these workers; made from their workflow code without"
    )
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
    proxies: Annotated[Several, AfterValidator(_networks)] = Field(
        default=("127.0.0.1", "::1"),
        description="addresses or networks of proxies, which are believed for whom they ask",
    )
    audit_reads: bool = Field(default=False, description="record reads of personal data")
    keep_invoices_years: int = Field(
        default=10, ge=0, description="full years the law wants invoices kept: no erasure before"
    )
    keep_messages_years: int = Field(
        default=0, ge=0, description="after so many the words of messages go; 0: never"
    )
    keep_replies_years: int = Field(
        default=0, ge=0, description="after so many the words of replies go; 0: never"
    )
    controller_email: str = Field(default="", description="who gets the report of every week")
    audit_key_file: Path | None = Field(
        default=None, description="Ed25519 key (PEM) that signs evidence packs"
    )

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
    def traces_asked_for(self) -> bool:
        """Whether OpenTelemetry's own variables say where traces go, and not to leave them."""
        named = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
        is_off = os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
        none = os.environ.get("OTEL_TRACES_EXPORTER", "").strip().lower() == "none"
        return not (is_off or none) and any(os.environ.get(one) for one in named)

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
