from __future__ import annotations

import json
from base64 import b64decode
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import HTTP
from functools import cache
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key
from starlette.datastructures import UploadFile
from starlette.requests import Request

from fakes.fake_providers import FakeProviders
from fakes.inbound_mail import Envelope
from fakes.posting import Manner
from fakes.signed_posts import SIGNATURE, TIMESTAMP
from tests.fakes.listening import Listener, Post

_TO = "reply+abc@in.creditor.example"
_ENVELOPE = Envelope((_TO,), "pay@customer.example", dkim="{@customer.example : pass}")
_APART = Envelope((_TO,), "pay@customer.example", raw=False)


# Each mail made anew would have a boundary of its own.
@cache
def _mail(charset: str = "utf-8") -> bytes:
    mail = EmailMessage()
    mail["From"] = "Jürgen <pay@customer.example>"
    mail["To"] = f"Billing <{_TO}>"
    mail["Subject"] = "Re: Rechnung für März"
    mail["Message-ID"] = "<r1@customer.example>"
    mail.set_content("Wir zahlen nächste Woche.\n", charset=charset)
    mail.add_alternative("<p>Wir zahlen nächste Woche.</p>\n", subtype="html", charset="utf-8")
    mail.add_attachment(bytes(range(256)), maintype="image", subtype="png", filename='a"b ü.png')
    return mail.as_bytes()


def _fields(post: Post) -> dict[str, Any]:
    head = f"Content-Type: {post.headers['Content-Type']}\r\n\r\n".encode()
    form = message_from_bytes(head + post.body, policy=HTTP)
    return {
        str(part.get_param("name", header="content-disposition")): part.get_payload(decode=True)
        for part in form.iter_parts()
    }


async def _form(post: Post) -> dict[str, str | UploadFile]:
    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": post.body, "more_body": False}

    kind = (b"content-type", post.headers["Content-Type"].encode())
    request = Request({"type": "http", "method": "POST", "headers": [kind]}, receive)
    return dict(await request.form())


def test_a_mail_arrives_whole(fake: FakeProviders, desk: Listener) -> None:
    answers = fake.inbound_mail(f"{desk.url}/parse", _mail(), _ENVELOPE)

    fields = _fields(desk.posts[0])
    assert [answer.status for answer in answers] == [200]
    assert desk.posts[0].path == "/parse"
    assert fields["email"] == _mail()
    assert json.loads(fields["envelope"]) == {"to": [_TO], "from": "pay@customer.example"}
    assert fields["subject"].decode() == "Re: Rechnung für März"
    assert (fields["dkim"], fields["SPF"]) == (b"{@customer.example : pass}", b"pass")
    assert not {"text", "html", "headers", "attachments"} & fields.keys()


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252"])
def test_a_mail_arrives_taken_apart_in_its_own_charset(
    fake: FakeProviders, desk: Listener, charset: str
) -> None:
    fake.inbound_mail(desk.url, _mail(charset), _APART)

    fields = _fields(desk.posts[0])
    charsets = json.loads(fields["charsets"])
    assert charsets["text"] == charset
    assert fields["text"] == "Wir zahlen nächste Woche.\n".encode(charset)
    assert fields["html"].decode(charsets["html"]) == "<p>Wir zahlen nächste Woche.</p>\n"
    assert b"Message-ID: <r1@customer.example>" in fields["headers"]
    assert b"Wir zahlen" not in fields["headers"]
    assert fields["attachments"] == b"1"
    assert fields["attachment1"] == bytes(range(256))
    assert json.loads(fields["attachment-info"])["attachment1"]["filename"] == 'a"b ü.png'
    assert "email" not in fields


async def test_a_form_reader_understands_both(fake: FakeProviders, desk: Listener) -> None:
    fake.inbound_mail(desk.url, _mail(), _ENVELOPE)
    fake.inbound_mail(desk.url, _mail("iso-8859-1"), _APART)
    whole, apart = [await _form(post) for post in desk.posts]

    assert str(whole["email"]).encode() == _mail()
    assert isinstance(apart["attachment1"], UploadFile)
    assert await apart["attachment1"].read() == bytes(range(256))
    assert apart["attachment1"].content_type == "image/png"
    await apart["attachment1"].close()


@pytest.mark.parametrize("envelope", [_ENVELOPE, _APART])
def test_the_signature_covers_the_bytes(
    fake: FakeProviders, desk: Listener, envelope: Envelope
) -> None:
    fake.inbound_mail(desk.url, _mail(), envelope)

    (post,) = desk.posts
    key = load_der_public_key(b64decode(fake.inbound_public_key))
    assert isinstance(key, ec.EllipticCurvePublicKey)
    signed = post.headers[TIMESTAMP].encode() + post.body
    key.verify(b64decode(post.headers[SIGNATURE]), signed, ec.ECDSA(SHA256()))


def test_a_mail_is_repeated_after_a_server_error_only(fake: FakeProviders, desk: Listener) -> None:
    desk.answers = [503, 404, 200]
    answers = fake.inbound_mail(desk.url, _mail(), _ENVELOPE, Manner(tries=5))

    # Anything but a 5xx ends it: the mail is lost if the desk did not want it.
    assert [answer.status for answer in answers] == [503, 404]


@pytest.mark.parametrize(
    "mime",
    [
        b"",
        b"no header at all",
        b"Subject: =?utf-8?q?broken\r\n\r\n",
        b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\nno part",
        b"Subject: caf\xe9\r\n\r\ncaf\xe9",
        b"Content-Type: text/plain; charset=nonsense\r\n\r\nhello",
        b"Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nhello",
    ],
)
@pytest.mark.parametrize("envelope", [_ENVELOPE, _APART])
def test_no_mail_is_too_broken_to_arrive(
    fake: FakeProviders, desk: Listener, mime: bytes, envelope: Envelope
) -> None:
    fake.inbound_mail(desk.url, mime, envelope)

    assert "envelope" in _fields(desk.posts[0])
