"""Twilio's posts: what became of a text message, and text messages to us."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from fakes.accounts import Providers
from fakes.posting import AS_ALWAYS, Answer, Manner, on_server_error, post
from fakes.records import Sent
from fakes.signing import twilio_signature

SIGNATURE = "X-Twilio-Signature"
# A message of exactly one of these words stops, or starts, further messages to its sender.
_STOPS = frozenset("STOP STOPALL UNSUBSCRIBE END QUIT CANCEL REVOKE OPTOUT".split())
_STARTS = frozenset("START YES UNSTOP".split())
_FAILED = frozenset({"failed", "undelivered"})


@dataclass(frozen=True)
class TwilioPosts:
    """Signed forms to one address of ours."""

    providers: Providers
    url: str
    manner: Manner = AS_ALWAYS

    def call_back(
        self, sent: Sent, statuses: Sequence[str], error_code: int | None = None
    ) -> list[Answer]:
        """Post each status of a message; a failed one says why by its error code."""
        answers: list[Answer] = []
        for status in self.manner.ordered(statuses):
            form = self._of_account() | {
                "MessageSid": sent.provider_id,
                "SmsSid": sent.provider_id,
                "MessageStatus": status,
                "SmsStatus": status,
                "To": sent.to,
                "From": sent.sender,
            }
            why = {"ErrorCode": str(error_code)} if error_code and status in _FAILED else {}
            answers += self._post(form | why)
        # However the posts were shuffled, this is what became of the message.
        self.providers.tell(sent, statuses[-1], error_code if statuses[-1] in _FAILED else None)
        return answers

    def deliver(self, form: Mapping[str, str]) -> list[Answer]:
        """Post a text message to us: `From`, `To`, `Body` and whatever else is in the form."""
        word, opted_out = form["Body"].strip().upper(), self.providers.sms.opted_out
        if word in _STOPS:
            opted_out.add(form["From"])
        if word in _STARTS:
            opted_out.discard(form["From"])
        sid = "SM" + secrets.token_hex(16)
        names = ("MessageSid", "SmsSid", "SmsMessageSid")
        usual = {
            "SmsStatus": "received",
            "NumMedia": "0",
            "NumSegments": "1",
            # Twilio sends what it does not know as an empty value; it is signed like the others.
            "FromCity": "",
        }
        return self._post(self._of_account() | dict.fromkeys(names, sid) | usual | dict(form))

    def _of_account(self) -> dict[str, str]:
        return {"AccountSid": self.providers.sms.sid, "ApiVersion": "2010-04-01"}

    def _post(self, form: Mapping[str, str]) -> list[Answer]:
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "I-Twilio-Idempotency-Token": secrets.token_hex(16),
        }
        if not self.manner.unsigned:
            forged = secrets.token_hex(16)
            token = forged if self.manner.wrongly_signed else self.providers.sms.token
            # What follows the hash sign tells Twilio how to repeat, and is not part of the address.
            address = (self.manner.signed_url or self.url).partition("#")[0]
            headers[SIGNATURE] = twilio_signature(token, address, form.items())
        return post(self.url, urlencode(form).encode(), headers, self.manner, on_server_error)
