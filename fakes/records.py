"""What a double remembers: every call it got, and every message it took over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Channel = Literal["email", "sms"]


@dataclass
class Call:
    """One request. Header names are lower-case; `status` is None where no answer was given."""

    channel: Channel | None
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    at: datetime
    names: Mapping[str, str] = field(default_factory=dict)
    status: int | None = None

    @property
    def is_send(self) -> bool:
        """Whether the call asks for a message to be sent."""
        return self.method == "POST" and self.path.endswith(("/v3/mail/send", "/Messages.json"))


@dataclass(frozen=True)
class Sent:
    """One message to one address that the provider took over.

    `attempt` is the caller's own mark: the custom argument of a mail, the query parameter of a
    text message's status callback; empty where the caller set none. `headers` are those of the
    mail, or of the request for a text message; `marks` are the mail's custom arguments;
    `payload` is the request as it came.
    """

    attempt: str
    channel: Channel
    provider_id: str
    to: str
    sender: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]
    marks: Mapping[str, str]
    payload: Mapping[str, Any]
    at: datetime
