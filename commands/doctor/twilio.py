"""The doctor's check of the Twilio account: it is active, and has what text messages come from."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from activities.gateways.chosen import twilio_login
from activities.gateways.provider_call import Answer
from commands.doctor.finding import DoctorContext, Finding
from commands.doctor.provider import NOT_FOUND, OK, REFUSES_US, ask
from settings import Settings

WHO = "Twilio"
API, MESSAGING = "https://api.twilio.com", "https://messaging.twilio.com"
INBOUND = "/webhooks/twilio/sms"


async def twilio(ctx: DoctorContext) -> Finding:
    """Whether the account is active, its sender is there, and replies come to us."""
    if ctx.settings.sms_provider != "twilio":
        return Finding(ok=True, detail="Twilio is not chosen.")
    return await asyncio.to_thread(_twilio, ctx.settings)


def _twilio(settings: Settings) -> Finding:
    account = _asked(_account_login(settings), f"{_account(settings)}.json")
    problem = _account_problem(settings, account)
    if problem:
        return Finding(ok=False, detail=problem)
    problem = _service_problem(settings) if _has_service(settings) else _number_problem(settings)
    if problem:
        return Finding(ok=False, detail=problem)
    detail = f"The account is active and texts come from {_sender(settings)}."
    if account.fields.get("type") == "Trial":
        detail += " It is a trial account: it writes to numbers verified there only."
    return Finding(ok=True, detail=detail)


def _has_service(settings: Settings) -> bool:
    return bool(settings.twilio_messaging_service)


def _sender(settings: Settings) -> str:
    return settings.twilio_messaging_service or settings.twilio_from


def _account(settings: Settings) -> str:
    base = settings.twilio_base_url.rstrip("/") or API
    return f"{base}/2010-04-01/Accounts/{quote(settings.twilio_account_sid, safe='')}"


def _account_login(settings: Settings) -> tuple[str, str]:
    """The token where there is one: not every API key may read the account."""
    if settings.twilio_auth_tokens:
        return settings.twilio_account_sid, settings.twilio_auth_tokens[0].get_secret_value()
    return twilio_login(settings)


def _asked(login: tuple[str, str], url: str) -> Answer:
    word = base64.b64encode(":".join(login).encode()).decode()
    return ask(WHO, url, {"Authorization": f"Basic {word}"})


def _account_problem(settings: Settings, answer: Answer) -> str:
    if answer.status in REFUSES_US and not settings.twilio_auth_tokens:
        # A standard API key may send and not read the account; its sender is looked at anyway.
        return ""
    if answer.status in REFUSES_US:
        return (
            f"Twilio refuses the login ({answer.status}): look at DUNCAN_TWILIO_ACCOUNT_SID and"
            " the first of DUNCAN_TWILIO_AUTH_TOKENS."
        )
    if answer.status != OK:
        return f"Twilio answered {answer.status} about the account: look at its id and address."
    status = answer.fields.get("status")
    return "" if status == "active" else f"The Twilio account is {status}, not active."


def _number_problem(settings: Settings) -> str:
    number = settings.twilio_from
    if not number.startswith("+"):
        # Short codes and sender names are listed elsewhere; replies to a name come to nobody.
        return ""
    query = urlencode({"PhoneNumber": number})
    url = f"{_account(settings)}/IncomingPhoneNumbers.json?{query}"
    answer = _asked(twilio_login(settings), url)
    if answer.status != OK:
        return _refusal(answer, "its numbers")
    listed = answer.fields.get("incoming_phone_numbers")
    rows = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
    found = next((row for row in rows if row.get("phone_number") == number), None)
    if found is None:
        return f"The account has no number {number} (DUNCAN_TWILIO_FROM)."
    capabilities = found.get("capabilities")
    if isinstance(capabilities, dict) and capabilities.get("sms") is False:
        return f"The number {number} cannot send text messages."
    return _inbound_problem(settings, found, "sms_url")


def _service_problem(settings: Settings) -> str:
    service = settings.twilio_messaging_service
    base = settings.twilio_base_url.rstrip("/") or MESSAGING
    url = f"{base}/v1/Services/{quote(service, safe='')}"
    answer = _asked(twilio_login(settings), url)
    if answer.status == NOT_FOUND:
        return f"The account has no service {service} (DUNCAN_TWILIO_MESSAGING_SERVICE)."
    if answer.status != OK:
        return _refusal(answer, "the messaging service")
    if answer.fields.get("use_inbound_webhook_on_number"):
        return ""
    return _inbound_problem(settings, answer.fields, "inbound_request_url")


def _refusal(answer: Answer, what: str) -> str:
    return f"Twilio answered {answer.status} about {what}: look at the login in the settings."


def _inbound_problem(settings: Settings, shown: Mapping[str, Any], name: str) -> str:
    """Texts from customers, STOP among them, have to come here; retries stand after the #."""
    wanted = f"{settings.public_url.rstrip('/')}{INBOUND}"
    set_there = str(shown.get(name) or "").partition("#")[0]
    if not settings.public_url or set_there == wanted:
        return ""
    return (
        f"Customers' texts do not come here: at Twilio, let them be posted to {wanted}#rc=2&rp=all."
    )
