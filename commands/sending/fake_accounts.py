"""The accounts of the doubles, and the settings by which an installation uses them."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from commands.doctor.twilio import INBOUND as INBOUND_TEXTS
from commands.doctor.webhooks import EVENTS, MAIL
from fakes.accounts import Providers, accounts_of
from fakes.fake_providers import FakeProviders

# The same keys every time, so that an .env file outlives the doubles.
SEED = "demo"
NUMBER = "+15005550006"
INBOUND_DOMAIN = "in.duncan.test"
_ASKED = ("processed", "delivered", "deferred", "bounce", "dropped", "spam_report")


def accounts_at(public_url: str) -> Providers:
    """Accounts that are set to post to the console there."""
    providers = accounts_of(SEED)
    events = dict.fromkeys(_ASKED, True)
    key = providers.event_key.public
    hook = {"id": SEED, "enabled": True, "url": f"{public_url}{EVENTS}", "public_key": key}
    parse = {"hostname": INBOUND_DOMAIN, "url": f"{public_url}{MAIL}", "send_raw": True}
    providers.email.event_webhooks.append(hook | events)
    providers.email.parse_settings.append(parse)
    providers.sms.inbound_url = f"{public_url}{INBOUND_TEXTS}"
    return providers


def environment_of(fake: FakeProviders, public_url: str) -> Iterator[str]:
    """The settings by which an installation uses the doubles, one line each."""
    known = {
        "EMAIL_PROVIDER": "sendgrid",
        "SENDGRID_API_KEY": fake.sendgrid_key,
        "SENDGRID_HOST": fake.url,
        "SENDGRID_WEBHOOK_KEYS": fake.event_public_key,
        "SENDGRID_INBOUND_KEYS": fake.inbound_public_key,
        "SMS_PROVIDER": "twilio",
        "TWILIO_ACCOUNT_SID": fake.twilio_account_sid,
        "TWILIO_AUTH_TOKENS": fake.twilio_token,
        "TWILIO_FROM": NUMBER,
        "TWILIO_BASE_URL": fake.url,
        "PUBLIC_URL": public_url,
        "INBOUND_DOMAIN": INBOUND_DOMAIN,
        "REPLY_SECRETS": sha256(f"{SEED} replies".encode()).hexdigest(),
    }
    for name, value in known.items():
        yield f"DUNCAN_{name}={value}"
