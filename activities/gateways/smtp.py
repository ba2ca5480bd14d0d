"""Plain SMTP: for teams with a mail server and no provider account."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from activities.gateways.interface import Accepted, Outcome, OutgoingMessage, Refused, RetryLater
from activities.gateways.interface import Unknown as UnknownOutcome
from activities.gateways.outbox import as_mime

TIMEOUT_SECONDS = 20
RETRY_AFTER = timedelta(minutes=15)
_PERMANENT = 500


@dataclass(frozen=True)
class SmtpServer:
    """Where mail goes out. With a user the connection must be encrypted first."""

    host: str
    port: int = 587
    user: str = ""
    password: str = ""
    starttls: bool = True


class _Connection(smtplib.SMTP):
    """Knows whether a mail's content was begun: until then nothing can have been sent."""

    content_begun = False

    def data(self, msg: Any) -> tuple[int, bytes]:  # noqa: ANN401 - as smtplib has it
        """Hand the content over."""
        self.content_begun = True
        return super().data(msg)


class SmtpGateway:
    """Hands messages to a mail server, one connection a message."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server

    def send(self, message: OutgoingMessage) -> Outcome:
        """Send one mail. Until the data is handed over, any failure means nothing was sent."""
        try:
            connection = self._connect()
        except smtplib.SMTPAuthenticationError as error:
            return RetryLater(
                "AUTH", f"the mail server refuses our login ({error.smtp_code})", timedelta(hours=1)
            )
        except (OSError, smtplib.SMTPException) as error:
            return RetryLater("UNREACHABLE", _worded(error), RETRY_AFTER)
        try:
            return self._hand_over(connection, message)
        finally:
            connection.close()

    def _connect(self) -> _Connection:
        connection = _Connection(self._server.host, self._server.port, timeout=TIMEOUT_SECONDS)
        try:
            if self._server.starttls:
                connection.starttls(context=ssl.create_default_context())
            if self._server.user:
                connection.login(self._server.user, self._server.password)
        except BaseException:
            connection.close()
            raise
        return connection

    def _hand_over(self, connection: _Connection, message: OutgoingMessage) -> Outcome:
        mime = as_mime(message)
        try:
            connection.send_message(mime, message.from_address, [message.to_address])
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            return _rejected(code, text, address_is_dead=True)
        except smtplib.SMTPResponseException as error:
            return _rejected(error.smtp_code, error.smtp_error, address_is_dead=False)
        except (OSError, smtplib.SMTPException) as error:
            if not connection.content_begun:
                return RetryLater("UNREACHABLE", _worded(error), RETRY_AFTER)
            # The connection broke after we began: the server may have taken the mail.
            return UnknownOutcome(_worded(error))
        return Accepted(provider_id=message.message_id)


def _rejected(code: int, text: bytes | str, *, address_is_dead: bool) -> Outcome:
    worded = text.decode(errors="replace") if isinstance(text, bytes) else text
    why = f"the mail server answered {code} {worded}"[:300]
    if code >= _PERMANENT:
        return Refused(f"SMTP_{code}", why, address_is_dead=address_is_dead)
    return RetryLater(f"SMTP_{code}", why, RETRY_AFTER)


def _worded(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]
