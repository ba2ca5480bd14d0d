"""From a fresh home to the first real messages: the doctor's list says each step, in order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from commands.doctor.examination import diagnose
from commands.doctor.finding import DoctorContext
from commands.doctor.going_live import print_steps
from fakes.fake_providers import FakeProviders
from fakes.serving import running_fake
from ledger.tables import OutboxRow, table
from tests.activities.workshop import Workshop, afternoon
from tests.cast import contact, customer, day, invoice
from tests.commands.desk_served import desk_at, free_address
from tests.commands.installed import (
    INBOUND,
    NOW,
    PROVEN,
    SECRET,
    by_sendgrid,
    dns,
    imported,
    own_policies,
    set_up,
    with_settings,
)
from worker import wire

STEPS = "provider keys from domain webhooks replies trial import release live".split()
ME, ANOTHER = "grace@customer.example", "heidi@customer.example"
OUTBOX = table(OutboxRow)


@pytest.fixture(autouse=True)
def _letters_are_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are written in their own tests, which takes seconds."""
    monkeypatch.setattr("activities.letters.Letters.check", lambda _: [])


@contextmanager
def fresh(home: Path) -> Iterator[DoctorContext]:
    ctx = DoctorContext(set_up(home), NOW, patience=timedelta(0), look_up=dns({}))
    yield ctx
    ctx.ledger.engine.dispose()


async def left(ctx: DoctorContext, *, repair: bool = False) -> dict[str, str]:
    """The open steps with how to do them."""
    answer = await diagnose(ctx, repair=repair)
    assert [one["step"] for one in answer["going_live"]] == STEPS
    return {one["step"]: one["how"] for one in answer["going_live"] if not one["done"]}


async def test_a_fresh_home_is_told_everything(tmp_path: Path) -> None:
    with fresh(tmp_path / "home") as ctx:
        found = await left(ctx)

    assert list(found) == STEPS
    assert "DUNCAN_EMAIL_PROVIDER=sendgrid" in found["provider"]
    assert "DUNCAN_SENDGRID_API_KEY" in found["keys"]
    assert "entities.toml" in found["from"]
    assert "DUNCAN_PUBLIC_URL" in found["webhooks"]
    assert "DUNCAN_INBOUND_DOMAIN" in found["replies"]
    assert "DUNCAN_LIVE_RECIPIENTS" in found["trial"]
    assert "duncan import" in found["import"]
    assert "duncan doctor --repair" in found["release"]
    assert "DUNCAN_LIVE=true" in found["live"]


async def test_step_by_step_to_the_first_real_message(tmp_path: Path) -> None:
    with fresh(tmp_path / "home") as begun, running_fake() as fake:
        keyed = await with_keys(begun, fake)
        addressed = await with_an_own_address(keyed, tmp_path)
        ctx = await heard_of(addressed, fake)
        async with desk_at(ctx.settings):
            assert list(await left(ctx)) == ["trial", "import", "live"]

            fake.email.event_webhooks[0]["enabled"] = False

            assert "SendGrid posts no events here" in (await left(ctx))["webhooks"]

            fake.email.event_webhooks[0]["enabled"] = True
            send(ctx, "I-2")

            # What stayed in the outbox is no trial of the provider.
            assert list(await left(ctx)) == ["trial", "import", "live"]

            send(ctx, "I-1")

            assert [sent.to for sent in fake.sent] == [ME]
            [kept] = outbox(ctx)

            assert kept.address == ANOTHER
            assert kept.subject.startswith(f"[Test mode: would have been sent to {ANOTHER}] ")

            imported(ctx, "invoices", NOW - timedelta(hours=1))
            imported(ctx, "payments", NOW - timedelta(hours=1))
            last = await left(ctx)

            assert list(last) == ["live"]
            assert "count as sent, 1 so far" in last["live"]
            assert await left(with_settings(ctx, live=True)) == {}


async def with_keys(ctx: DoctorContext, fake: FakeProviders) -> DoctorContext:
    """The books are made, SendGrid is chosen, and its key is set."""
    assert "release" not in await left(ctx, repair=True)

    without = await left(with_settings(ctx, email_provider="sendgrid"))

    assert "provider" not in without
    assert "no usable key is set (DUNCAN_SENDGRID_API_KEY)" in without["keys"]

    known = with_settings(ctx, **by_sendgrid(fake))

    assert list(await left(known))[:2] == ["from", "domain"]
    return known


async def with_an_own_address(ctx: DoctorContext, folder: Path) -> DoctorContext:
    """Our company is written down, and its domain entered into the DNS."""
    ours = with_settings(ctx, policies=own_policies(folder / "policies"))
    entities = ours.settings.policies / "entities.toml"
    written = entities.read_text("utf-8")
    entities.write_text(written.replace("My Bank", "Bank of Exampleton"), "utf-8")

    assert "from" in await left(ours)

    entities.write_text(written, "utf-8")
    found = await left(replace(ours))

    assert list(found)[:2] == ["domain", "webhooks"]
    assert "There is no DKIM key" in found["domain"]
    return replace(ours, look_up=dns(PROVEN))


async def heard_of(ctx: DoctorContext, fake: FakeProviders) -> DoctorContext:
    """Events and replies come here; only one address is written to."""
    here = free_address()
    known = {
        "public_url": here,
        "sendgrid_webhook_keys": (fake.event_public_key,),
        "sendgrid_inbound_keys": (fake.inbound_public_key,),
        "inbound_domain": INBOUND,
        "reply_secrets": (SECRET,),
        "live_recipients": (ME,),
    }
    found = await left(with_settings(ctx, **known))

    assert "cannot be reached" in found["webhooks"]

    wanted = "enabled processed delivered deferred bounce dropped spam_report".split()
    events: dict[str, Any] = dict.fromkeys(wanted, True)
    events |= {"url": f"{here}/webhooks/sendgrid/events", "public_key": fake.event_public_key}
    mail = {"hostname": INBOUND, "url": f"{here}/webhooks/sendgrid/mail", "send_raw": True}
    fake.email.event_webhooks.append(events)
    fake.email.parse_settings.append(mail)
    return with_settings(ctx, **known)


def send(ctx: DoctorContext, number: str) -> None:
    """A customer is reminded, as the worker would do it."""
    wiring = wire(ctx.settings)
    shop = Workshop(wiring, wiring.gateways["email"])  # type: ignore[arg-type]  # The real one.
    people = customer("C-1", contact("Grace")), customer("C-2", contact("Heidi"))
    shop.opens(invoice("I-1"), invoice("I-2", "C-2"), customers=people)
    now = afternoon(day(3))
    shop.send(number, shop.plan(number, now), now)
    wiring.ledger.engine.dispose()


def outbox(ctx: DoctorContext) -> list[Any]:
    with ctx.ledger.reading() as books:
        return list(books.connection.execute(select(OUTBOX)))


def test_people_are_shown_what_is_left_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    steps = [
        {"step": "provider", "done": True, "how": "Choose one."},
        {"step": "keys", "done": False, "how": "Set DUNCAN_SENDGRID_API_KEY."},
        {"step": "live", "done": False, "how": "Set DUNCAN_LIVE=true."},
    ]
    print_steps(steps)

    assert capsys.readouterr().out.splitlines() == [
        "",
        "To go live:",
        "      2  keys         Set DUNCAN_SENDGRID_API_KEY.",
        "      3  live         Set DUNCAN_LIVE=true.",
        "   done  provider",
    ]


def test_with_nothing_left_it_is_said_that_customers_are_written_to(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_steps([{"step": "live", "done": True, "how": ""}])

    assert "customers are written to" in capsys.readouterr().out
