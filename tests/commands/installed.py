"""Installations for the doctor: chosen providers, own addresses, a DNS and a clock of the test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import insert

from commands.doctor.finding import DoctorContext
from fakes.fake_providers import FakeProviders
from ledger.schema import upgrade
from ledger.tables import ImportRow, table
from settings import ROOT, Settings

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DOMAIN, INBOUND = "mycompany.net", "in.mycompany.net"
OURS = f"accounts@{DOMAIN}"
NUMBER = "+15005550006"
SECRET = SecretStr("a secret of thirty-two letters..")
# What the DNS says once everything is entered.
PROVEN: Mapping[tuple[str, str], tuple[str, ...]] = {
    (DOMAIN, "TXT"): ("v=spf1 include:sendgrid.net ~all", "some-verification=1"),
    (f"s1._domainkey.{DOMAIN}", "TXT"): ("k=rsa; t=s; p=MIGf",),
    (f"s2._domainkey.{DOMAIN}", "TXT"): ("k=rsa; t=s; p=MIGf",),
    (f"_dmarc.{DOMAIN}", "TXT"): ("v=DMARC1; p=none",),
    (INBOUND, "MX"): ("mx.sendgrid.net",),
}


@contextmanager
def installed(home: Path, **changes: object) -> Iterator[DoctorContext]:
    """An installation with books and nothing in them."""
    ctx = DoctorContext(set_up(home, **changes), NOW, patience=timedelta(0), look_up=dns(PROVEN))
    upgrade(ctx.ledger.engine)
    yield ctx
    ctx.ledger.engine.dispose()


def set_up(home: Path, **changes: object) -> Settings:
    """Settings of nobody's environment."""
    return Settings(_env_file=None, home=home).model_copy(update=changes)  # type: ignore[call-arg]  # Pydantic's own.


def looking(home: Path, **changes: object) -> DoctorContext:
    """The doctor at an installation whose books are not asked."""
    return DoctorContext(set_up(home, **changes), NOW, patience=timedelta(0))


def with_settings(ctx: DoctorContext, **changes: object) -> DoctorContext:
    """The same installation under other settings; it has the same books."""
    return replace(ctx, settings=ctx.settings.model_copy(update=changes))


def own_policies(folder: Path) -> Path:
    """The shipped policies with an address and a bank of our own."""
    shutil.copytree(ROOT / "policies", folder, dirs_exist_ok=True)
    entities = folder / "entities.toml"
    text = entities.read_text("utf-8")
    text = text.replace("accounts@larkspur-finch.example", OURS)
    entities.write_text(text.replace("Bank of Exampleton", "My Bank"), "utf-8")
    return folder


def by_sendgrid(fake: FakeProviders) -> dict[str, Any]:
    """The settings by which e-mails go to SendGrid's double."""
    return {
        "email_provider": "sendgrid",
        "sendgrid_api_key": SecretStr(fake.sendgrid_key),
        "sendgrid_host": fake.url,
    }


def by_twilio(fake: FakeProviders) -> dict[str, Any]:
    """The settings by which text messages go to Twilio's double."""
    return {
        "sms_provider": "twilio",
        "twilio_account_sid": fake.twilio_account_sid,
        "twilio_auth_tokens": (SecretStr(fake.twilio_token),),
        "twilio_from": NUMBER,
        "twilio_base_url": fake.url,
    }


def dns(known: Mapping[tuple[str, str], tuple[str, ...]]) -> Any:  # noqa: ANN401 - a function
    """A DNS that knows these records and no others."""

    def look_up(name: str, kind: str) -> tuple[str, ...]:
        return known.get((name, kind), ())

    return look_up


def imported(ctx: DoctorContext, kind: str, at: datetime) -> None:
    """Note that a file of this kind was taken in."""
    row = {"kind": kind, "file": f"{kind}.csv", "sha256": "0" * 64, "imported_at": at, "by": "me"}
    counts = {"rows": 1, "accepted": 1, "updated": 0, "unchanged": 0, "rejected": 0}
    statement = insert(table(ImportRow)).values(**row, **counts)
    ctx.ledger.transact(lambda books: books.connection.execute(statement))
