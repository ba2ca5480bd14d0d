"""A message as SendGrid's mail/send wants it."""

from __future__ import annotations

import base64
from typing import Any

from activities.gateways.interface import OutgoingMessage
from activities.letter_request import Attachment

# The custom argument that comes back in every event of the mail. Ours are told by the prefix,
# for events carry them beside their own fields.
ATTEMPT = "dn_attempt"
CATEGORY = "dunning"
# Tracked links look like fraud and tracked opens need consent; leaving is the books' affair.
_NO_TRACKING = {
    "click_tracking": {"enable": False, "enable_text": False},
    "open_tracking": {"enable": False},
    "subscription_tracking": {"enable": False},
}


def mail_of(message: OutgoingMessage) -> dict[str, Any]:
    """The request body: text before HTML, the attempt as the recipient's own custom argument."""
    to = {
        "to": [_mailbox(message.to_address, message.to_name)],
        "custom_args": {ATTEMPT: message.attempt},
    }
    parts = [("text/plain", message.text), ("text/html", message.html)]
    mail: dict[str, Any] = {
        "personalizations": [to],
        "from": _mailbox(message.from_address, message.from_name),
        "subject": message.subject,
        "content": [{"type": kind, "value": value} for kind, value in parts if value],
        "headers": _headers(message),
        "categories": [CATEGORY],
        "tracking_settings": _NO_TRACKING,
    }
    if message.reply_to:
        mail["reply_to"] = _mailbox(message.reply_to)
    if message.attachments:
        mail["attachments"] = [_attached(attachment) for attachment in message.attachments]
    return mail


def _mailbox(address: str, name: str = "") -> dict[str, str]:
    if not name:
        return {"email": address}
    # Unquoted, SendGrid takes what stands after a comma for another name.
    marks = name.replace("\\", "\\\\").replace('"', '\\"')
    return {"email": address, "name": f'"{marks}"' if set(name) & set(",;") else name}


def _headers(message: OutgoingMessage) -> dict[str, str]:
    headers = {"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"}
    if message.references:
        headers["In-Reply-To"] = message.references[-1]
        headers["References"] = " ".join(message.references)
    return headers


def _attached(attachment: Attachment) -> dict[str, str]:
    return {
        "content": base64.b64encode(attachment.content).decode(),
        "type": attachment.media_type.partition(";")[0].strip(),
        "filename": attachment.name,
        "disposition": "attachment",
    }
