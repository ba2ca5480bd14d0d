"""Settings: the only reader of the environment. Prefix `DUNCAN_`, or an `.env` file."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).parent


class Settings(BaseSettings):
    """Everything an installation may set."""

    model_config = SettingsConfigDict(
        env_prefix="DUNCAN_", env_file=".env", extra="ignore", frozen=True
    )

    home: Path = Field(
        default=Path("var"), description="books, engine state and outbox of an installation"
    )
    database_url: str = Field(
        default="", description="PostgreSQL for the books; SQLite in home without it"
    )
    temporal_address: str = Field(default="", description="a Temporal server; embedded without it")
    temporal_namespace: str = "default"
    engine_port: int = Field(
        default=7233, description="port of the embedded engine; its UI is 1000 above"
    )
    policies: Path = Field(default=ROOT / "policies", description="folder of policies and entities")
    letters: Path = Field(default=ROOT / "templates" / "letters", description="folder of letters")
    email: Literal["outbox", "smtp"] = Field(default="outbox", description="how e-mails go out")
    sms: Literal["outbox"] = Field(default="outbox", description="how text messages go out")
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

    @property
    def books_url(self) -> str:
        """Where the books are."""
        return self.database_url or f"sqlite:///{(self.home / 'books.db').resolve()}"

    @property
    def outbox_folder(self) -> Path:
        """Where the outbox gateway writes its files."""
        return self.home / "outbox"
