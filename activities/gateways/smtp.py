"""Plain SMTP: for teams with a mail server and no provider account."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from activities.gateways.interface import (
    Accepted,
    ChannelDown,
    Outcome,
    OutgoingMessage,
    Refused,
    RetryLater,
    SentBefore,
    Unknown,
)
from activities.gateways.mail_check import checked
from activities.gateways.mime import as_mime

TIMEOUT_SECONDS = 20
RETRY_AFTER = timedelta(minutes=15)
_PERMANENT = 500
# RFC 4954: the server wants a login, another one, or an encrypted connection.
_LOGIN_WANTED = frozenset({530, 534, 535, 538})
# RFC 3463: the server's policy refuses us, which says nothing against the address.
_POLICY = "5.7."


@dataclass(frozen=True)
class SmtpServer:
    """Where mail goes out. With a user the connection must be encrypted first."""

    host: str
    port: int = 587
    user: str = ""
    password: str = field(default="", repr=False)
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
        mail = checked(message)
        if isinstance(mail, Refused):
            return mail
        connection = self._logged_in()
        if not isinstance(connection, _Connection):
            return connection
        try:
            return self._hand_over(connection, mail)
        finally:
            connection.close()

    def try_login(self) -> Outcome | None:
        """Log in and hang up, sending nothing: what keeps mail from going out, None if nothing."""
        connection = self._logged_in()
        if not isinstance(connection, _Connection):
            return connection
        connection.close()
        return None

    def look_up(self, message: SentBefore) -> Accepted | None:
        """A mail server does not tell what it took over."""
        del message
        return None

    def _logged_in(self) -> _Connection | Outcome:
        try:
            return self._connect()
        except smtplib.SMTPAuthenticationError as error:
            return _login_refused(error.smtp_code)
        except smtplib.SMTPNotSupportedError as error:
            return ChannelDown("CONFIG", f"The mail server lacks what the settings want: {error}")
        except UnicodeEncodeError:
            return ChannelDown("CONFIG", "Our login has letters that mail servers do not take.")
        except (OSError, smtplib.SMTPException) as error:
            return RetryLater("UNREACHABLE", _worded(error), RETRY_AFTER)

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
            return _rejected(code, text, is_about_address=True)
        except smtplib.SMTPResponseException as error:
            return _rejected(error.smtp_code, error.smtp_error, is_about_address=False)
        except (OSError, smtplib.SMTPException) as error:
            if not connection.content_begun:
                return RetryLater("UNREACHABLE", _worded(error), RETRY_AFTER)
            # The connection broke after we began: the server may have taken the mail.
            return Unknown(_worded(error))
        return Accepted(provider_id=message.message_id)


def _login_refused(code: int) -> Outcome:
    why = f"The mail server refuses our login ({code})."
    return ChannelDown("AUTH", why) if code >= _PERMANENT else RetryLater("AUTH", why, RETRY_AFTER)


def _rejected(code: int, text: bytes | str, *, is_about_address: bool) -> Outcome:
    worded = text.decode(errors="replace") if isinstance(text, bytes) else text
    why = f"the mail server answered {code} {worded}"[:300]
    if code in _LOGIN_WANTED:
        return _login_refused(code)
    if code >= _PERMANENT:
        dead = is_about_address and not worded.startswith(_POLICY)
        return Refused(f"SMTP_{code}", why, address_is_dead=dead)
    return RetryLater(f"SMTP_{code}", why, RETRY_AFTER)


def _worded(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]
