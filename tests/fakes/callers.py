"""The providers' own client libraries, talking to the doubles over a real socket."""

from __future__ import annotations

import http.client
import json
from typing import Any

from sendgrid import SendGridAPIClient
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from fakes.fake_providers import FakeProviders

TIMEOUT_SECONDS = 0.25
PHONE, OUR_PHONE = "+4917012345678", "+15005550006"
SERVICE = "MG" + "a" * 32


def mail(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - a request may hold anything
    """A good request to send a mail; a change to None leaves the field out."""
    good = {
        "personalizations": [
            {"to": [{"email": "pay@customer.example"}], "custom_args": {"dn_attempt": "A-1"}}
        ],
        "from": {"email": "billing@creditor.example", "name": "Creditor"},
        "subject": "Invoice 7",
        "content": [
            {"type": "text/plain", "value": "Please pay."},
            {"type": "text/html", "value": "<p>Please pay.</p>"},
        ],
        "headers": {"Message-ID": "<m1@creditor.example>"},
    }
    return {key: value for key, value in {**good, **changes}.items() if value is not None}


class Callers:
    """A customer of both providers who hangs up after a quarter of a second."""

    def __init__(self, fake: FakeProviders) -> None:
        self.fake = fake

    def post_mail(self, request: object, *, key: str | None = None) -> Any:  # noqa: ANN401
        """Send through SendGrid's library; raises what it raises."""
        client = SendGridAPIClient(key or self.fake.sendgrid_key, host=self.fake.url).client
        client.timeout = TIMEOUT_SECONDS
        return client.mail.send.post(request_body=request)

    def refusal(self, request: object) -> list[str]:
        """The fields SendGrid finds fault with; fails if it takes the mail."""
        status, _, body = self.plainly("POST", "/v3/mail/send", json.dumps(request).encode())
        assert status == http.client.BAD_REQUEST, body
        return [error["field"] for error in json.loads(body)["errors"]]

    def activity(self, query: str) -> list[dict[str, Any]]:
        """What Email Activity finds."""
        client = SendGridAPIClient(self.fake.sendgrid_key, host=self.fake.url).client
        client.timeout = TIMEOUT_SECONDS
        answer = client.messages.get(query_params={"query": query, "limit": 10})
        found: list[dict[str, Any]] = json.loads(answer.body)["messages"]
        return found

    def twilio(self, user: str | None = None, password: str | None = None) -> Client:
        """Twilio's library."""
        client = Client(
            user or self.fake.twilio_account_sid,
            password or self.fake.twilio_token,
            account_sid=self.fake.twilio_account_sid,
            http_client=TwilioHttpClient(timeout=TIMEOUT_SECONDS),
        )
        client.region = client.edge = None
        client.api.base_url = self.fake.url
        return client

    def post_text(self, **changes: Any) -> Any:  # noqa: ANN401 - the library's own resource
        """Send through Twilio's library; raises what it raises. A change to None leaves out."""
        good = {
            "to": PHONE,
            "from_": OUR_PHONE,
            "body": "Please pay.",
            "status_callback": "https://desk.example/status?a=T-1",
        }
        given = {key: value for key, value in {**good, **changes}.items() if value is not None}
        return self.twilio().messages.create(**given)

    def plainly(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """One request without a library, by default with SendGrid's key and as JSON."""
        usual = {
            "Authorization": f"Bearer {self.fake.sendgrid_key}",
            "Content-Type": "application/json",
        }
        connection = http.client.HTTPConnection(self.fake.url.removeprefix("http://"), timeout=2)
        try:
            connection.request(method, path, body, usual if headers is None else headers)
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()
