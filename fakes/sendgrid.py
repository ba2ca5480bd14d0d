"""SendGrid's interface: mail send, Email Activity, and the settings a check-up reads."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from starlette.responses import JSONResponse, Response

from fakes.accounts import Providers
from fakes.records import Call, Sent
from fakes.refusals import Problem, sendgrid_refuses
from fakes.sendgrid_rules import problems_of

ACCEPTED, SIMULATED = 202, 200
_CONDITION = re.compile(
    r"""\s*(?:unique_args\['(?P<name>[^']+)'\]|(?P<field>\w+))\s*=\s*"(?P<value>[^"]*)"\s*"""
)
_LIMITS = range(1, 1001)
_FIELDS = frozenset({"msg_id", "to_email", "from_email", "subject", "status"})


def send_mail(providers: Providers, call: Call) -> Response:
    """Take a mail over: 202 with `X-Message-Id`, 200 in sandbox mode, or what is wrong with it."""
    if refused := _refused(providers, call, "mail.send") or _unreadable(providers, call):
        return refused
    mail = json.loads(call.body)
    if problems := problems_of(mail):
        return sendgrid_refuses(400, *problems)
    domains = providers.email.sender_domains
    if domains is not None and _domain(mail) not in domains:
        return sendgrid_refuses(403, Problem("The sender is not a verified identity.", "from"))
    if mail.get("mail_settings", {}).get("sandbox_mode", {}).get("enable"):
        return Response(status_code=SIMULATED)
    message_id = secrets.token_urlsafe(16)
    providers.sent.extend(_messages(providers, mail, message_id))
    return Response(status_code=ACCEPTED, headers={"X-Message-Id": message_id})


def find_messages(providers: Providers, call: Call) -> Response:
    """Email Activity, where the account has the add-on: conditions joined by AND."""
    if refused := _refused(providers, call, "messages.read"):
        return refused
    if not providers.email.has_email_activity:
        return sendgrid_refuses(403, Problem("access forbidden"))
    parts = call.query.get("query", "").split(" AND ")
    conditions = [found for found in map(_CONDITION.fullmatch, parts) if found and _known(found)]
    limit = call.query.get("limit", "10")
    if len(conditions) < len(parts) or not limit.isdecimal() or int(limit) not in _LIMITS:
        return sendgrid_refuses(400, Problem("The query is not understood.", "query"))
    mails = [sent for sent in reversed(providers.sent) if sent.channel == "email"]
    rows = [(sent, _activity(providers, sent)) for sent in mails]
    shown = [row for sent, row in rows if all(_holds(each, sent, row) for each in conditions)]
    return JSONResponse({"messages": shown[: int(limit)]})


def scopes(providers: Providers, call: Call) -> Response:
    """What the key may do."""
    return _refused(providers, call) or JSONResponse({"scopes": list(providers.email.scopes)})


def event_webhooks(providers: Providers, call: Call) -> Response:
    """The event webhooks of the account."""
    shown = {"max_allowed": 5, "webhooks": providers.email.event_webhooks}
    return _refused(providers, call) or JSONResponse(shown)


def event_webhook(providers: Providers, call: Call) -> Response:
    """One event webhook."""
    hooks = [h for h in providers.email.event_webhooks if h.get("id") == call.names["id"]]
    found = JSONResponse(hooks[0]) if hooks else sendgrid_refuses(404)
    return _refused(providers, call) or found


def event_webhook_key(providers: Providers, call: Call) -> Response:
    """The public key of one event webhook."""
    hooks = [h for h in providers.email.event_webhooks if h.get("id") == call.names["id"]]
    shown = {"id": call.names["id"], "public_key": providers.event_key.public}
    return _refused(providers, call) or (JSONResponse(shown) if hooks else sendgrid_refuses(404))


def parse_settings(providers: Providers, call: Call) -> Response:
    """Which host names' mail is posted where."""
    shown = {"result": providers.email.parse_settings}
    return _refused(providers, call) or JSONResponse(shown)


def security_policies(providers: Providers, call: Call) -> Response:
    """The signatures asked for on Inbound Parse."""
    shown = {"policies": providers.email.security_policies}
    return _refused(providers, call) or JSONResponse(shown)


def _refused(providers: Providers, call: Call, scope: str | None = None) -> Response | None:
    if call.headers.get("authorization") != f"Bearer {providers.email.key}":
        return sendgrid_refuses(401, Problem("authorization required"))
    if scope and scope not in providers.email.scopes:
        return sendgrid_refuses(403, Problem("access forbidden"))
    return None


def _unreadable(providers: Providers, call: Call) -> Response | None:
    if len(call.body) > providers.email.largest_mail_bytes:
        return sendgrid_refuses(413, Problem("content too large"))
    if not call.headers.get("content-type", "").startswith("application/json"):
        return sendgrid_refuses(415, Problem("Content-Type must be application/json."))
    try:
        json.loads(call.body)
    except (ValueError, RecursionError):
        return sendgrid_refuses(400, Problem("Bad Request"))
    return None


def _domain(mail: Mapping[str, Any]) -> str:
    return str(mail["from"]["email"]).rpartition("@")[2].lower()


def _messages(providers: Providers, mail: Mapping[str, Any], message_id: str) -> Iterator[Sent]:
    texts = {block["type"]: block["value"] for block in mail.get("content", [])}
    for envelope in mail["personalizations"]:
        marks = mail.get("custom_args", {}) | envelope.get("custom_args", {})
        for recipient in envelope["to"]:
            yield Sent(
                attempt=marks.get(providers.email.attempt_argument, ""),
                channel="email",
                provider_id=message_id,
                to=recipient["email"],
                sender=envelope.get("from", mail["from"])["email"],
                subject=envelope.get("subject") or mail.get("subject", ""),
                text=texts.get("text/plain", ""),
                html=texts.get("text/html", ""),
                headers=mail.get("headers", {}) | envelope.get("headers", {}),
                marks=marks,
                payload=mail,
                at=providers.now(),
            )


def _activity(providers: Providers, sent: Sent) -> dict[str, Any]:
    return {
        "from_email": sent.sender,
        "msg_id": sent.provider_id,
        "subject": sent.subject,
        "to_email": sent.to,
        "status": providers.statuses.get(sent.provider_id, "processed"),
        "opens_count": 0,
        "clicks_count": 0,
        "last_event_time": sent.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _known(condition: re.Match[str]) -> bool:
    return bool(condition["name"]) or condition["field"] in _FIELDS


def _holds(condition: re.Match[str], sent: Sent, activity: Mapping[str, Any]) -> bool:
    if condition["name"]:
        return sent.marks.get(condition["name"]) == condition["value"]
    return bool(activity[condition["field"]] == condition["value"])
