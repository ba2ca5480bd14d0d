"""Twilio's interface: send a text message, read it again, find it, and look at the account."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.responses import JSONResponse, Response

from fakes.accounts import Providers
from fakes.records import Call, Sent
from fakes.refusals import twilio_refuses
from fakes.segments import segments
from fakes.twilio_rules import SENTENCES, SERVICE, code_against

VERSION = "2010-04-01"
CREATED = 201
# A fresh message answers with these; read again, it has been sent.
QUEUED, ACCEPTED, SCHEDULED, SENT = "queued", "accepted", "scheduled", "sent"
_PAGE_SIZE = 50
_PAGE_SIZES = range(1, 1001)
_REFUSED_BUSY = {21611: 429}


def send_text(providers: Providers, call: Call) -> Response:
    """Take a text message over: 201 with its resource, or Twilio's code for what is wrong."""
    if refused := _refused(providers, call):
        return refused
    pairs = parse_qsl(call.body.decode("utf-8", errors="replace"), keep_blank_values=True)
    form = dict(pairs)
    if code := code_against(providers.sms, form):
        return twilio_refuses(_REFUSED_BUSY.get(code, 400), code, SENTENCES[code])
    sent = _message(providers, call, form)
    providers.sent.append(sent)
    return JSONResponse(_shown(providers, sent, fresh=True), CREATED)


def read_text(providers: Providers, call: Call) -> Response:
    """One message as it stands now."""
    found = [sent for sent in _texts(providers) if sent.provider_id == call.names["message"]]
    if refused := _refused(providers, call):
        return refused
    return JSONResponse(_shown(providers, found[0])) if found else _missing()


def find_texts(providers: Providers, call: Call) -> Response:
    """Messages, newest first, by `To`, `From`, and day or moment of `DateSent`, in pages."""
    if refused := _refused(providers, call):
        return refused
    query = call.query
    try:
        size, page = int(query.get("PageSize", _PAGE_SIZE)), int(query.get("Page", 0))
        _check_page(size, page)
        found = list(filter(_asked_for(query), reversed(_texts(providers))))
    except ValueError:
        return twilio_refuses(400, 20001, SENTENCES[20001])
    shown = found[page * size : (page + 1) * size]
    last = (page + 1) * size >= len(found)
    return JSONResponse(
        {
            "messages": [_shown(providers, sent) for sent in shown],
            "page": page,
            "page_size": size,
            "start": page * size,
            "end": page * size + max(len(shown) - 1, 0),
            "uri": _page(call, page),
            "first_page_uri": _page(call, 0),
            "previous_page_uri": _page(call, page - 1) if page else None,
            "next_page_uri": None if last else _page(call, page + 1),
        }
    )


def read_account(providers: Providers, call: Call) -> Response:
    """The account: active, suspended or closed."""
    account = providers.sms
    if refused := _refused(providers, call, even_if_suspended=True):
        return refused
    return JSONResponse(
        {
            "sid": account.sid,
            "friendly_name": "A double's account",
            "status": account.status,
            "type": "Full" if account.verified is None else "Trial",
            "owner_account_sid": account.sid,
            "uri": f"/{VERSION}/Accounts/{account.sid}.json",
        }
    )


def find_numbers(providers: Providers, call: Call) -> Response:
    """The numbers of the account, or the one asked for."""
    account, asked = providers.sms, call.query.get("PhoneNumber", "")
    if refused := _refused(providers, call):
        return refused
    numbers = {asked} - {""} if account.numbers is None else account.numbers
    found = [number for number in sorted(numbers) if asked in {"", number}]
    shown = [
        {"phone_number": one, "capabilities": {"sms": True}, "sms_url": account.inbound_url}
        for one in found
    ]
    return JSONResponse({"incoming_phone_numbers": shown})


def read_service(providers: Providers, call: Call) -> Response:
    """One messaging service: every id that looks like one is ours."""
    if refused := _refused(providers, call):
        return refused
    service = call.names["service"]
    shown = {
        "sid": service,
        "inbound_request_url": providers.sms.inbound_url,
        "use_inbound_webhook_on_number": False,
    }
    return JSONResponse(shown) if SERVICE.fullmatch(service) else _missing()


def _refused(
    providers: Providers, call: Call, *, even_if_suspended: bool = False
) -> Response | None:
    account = providers.sms
    pairs = ((account.sid, account.token), (account.api_key, account.api_secret))
    known = {base64.b64encode(f"{user}:{word}".encode()).decode() for user, word in pairs}
    scheme, _, given = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic" or given not in known:
        return twilio_refuses(401, 20003, "Authenticate")
    if call.names.get("account", account.sid) != account.sid:
        return _missing()
    if account.status != "active" and not even_if_suspended:
        return twilio_refuses(403, 20005, "Account not active")
    return None


def _missing() -> Response:
    return twilio_refuses(404, 20404, "The requested resource was not found")


def _texts(providers: Providers) -> list[Sent]:
    return [sent for sent in providers.sent if sent.channel == "sms"]


def _message(providers: Providers, call: Call, form: dict[str, str]) -> Sent:
    callback = dict(parse_qsl(urlsplit(form.get("StatusCallback", "")).query))
    return Sent(
        attempt=callback.get(providers.sms.attempt_parameter, ""),
        channel="sms",
        provider_id=("MM" if "MediaUrl" in form else "SM") + secrets.token_hex(16),
        to=form["To"],
        sender=form.get("From", ""),
        subject="",
        text=form.get("Body", ""),
        html="",
        headers=call.headers,
        marks=callback,
        payload=form,
        at=providers.now(),
    )


def _shown(providers: Providers, sent: Sent, *, fresh: bool = False) -> dict[str, Any]:
    scheduled = "SendAt" in sent.payload
    first = QUEUED if sent.sender else ACCEPTED
    status = providers.statuses.get(sent.provider_id) or (first if fresh else SENT)
    waits = fresh or scheduled
    uri = f"/{VERSION}/Accounts/{providers.sms.sid}/Messages/{sent.provider_id}"
    return {
        "sid": sent.provider_id,
        "account_sid": providers.sms.sid,
        "api_version": VERSION,
        "messaging_service_sid": sent.payload.get("MessagingServiceSid"),
        "from": sent.sender or None,
        "to": sent.to,
        "body": sent.text,
        "status": SCHEDULED if scheduled else status,
        "direction": "outbound-api",
        # A messaging service counts only once it has chosen a sender.
        "num_segments": "0" if fresh and not sent.sender else str(segments(sent.text)),
        "num_media": "0",
        "date_created": format_datetime(sent.at),
        "date_updated": format_datetime(sent.at),
        "date_sent": None if waits else format_datetime(sent.at),
        "price": None,
        "price_unit": "USD",
        "error_code": providers.error_codes.get(sent.provider_id),
        "error_message": None,
        "uri": f"{uri}.json",
        "subresource_uris": {"media": f"{uri}/Media.json"},
    }


def _check_page(size: int, page: int) -> None:
    if size not in _PAGE_SIZES or page < 0:
        raise ValueError(size, page)


def _asked_for(query: Mapping[str, str]) -> Callable[[Sent], bool]:
    day = _moment(query["DateSent"]).date() if "DateSent" in query else None
    first = _moment(query.get("DateSent>", "0001-01-01"))
    last = _moment(query.get("DateSent<", "9999-12-31"), end=True)

    def wanted(sent: Sent) -> bool:
        at = sent.at.replace(microsecond=0)
        named = (
            query.get("To", sent.to) == sent.to and query.get("From", sent.sender) == sent.sender
        )
        return named and first <= at <= last and day in {None, at.date()}

    return wanted


def _moment(text: str, *, end: bool = False) -> datetime:
    moment = datetime.fromisoformat(text)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    whole_day = end and len(text) == len("2026-01-01")
    return moment + timedelta(days=1, seconds=-1) if whole_day else moment


def _page(call: Call, page: int) -> str:
    return f"{call.path}?{urlencode({**call.query, 'Page': page})}"
