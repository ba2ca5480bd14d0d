"""What SendGrid refuses in a mail, beyond what its published schema says."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from fakes.refusals import Problem

_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+")
_RESERVED = frozenset(
    "x-sg-id x-sg-eid received dkim-signature content-type content-transfer-encoding to from "
    "subject reply-to cc bcc".split()
)
_MAIL = frozenset(
    "personalizations from reply_to reply_to_list subject content attachments template_id headers "
    "categories custom_args send_at batch_id asm ip_pool_name mail_settings "
    "tracking_settings".split()
)
_PERSONALIZATION = frozenset(
    "from to cc bcc subject headers substitutions dynamic_template_data custom_args send_at".split()
)
_MOST_PERSONALIZATIONS = 1000
_MOST_CATEGORIES = 10
_LONGEST_CATEGORY = 255
_MOST_CUSTOM_BYTES = 10_000


def problems_of(mail: object) -> list[Problem]:
    """All that is wrong with a decoded request body; nothing where SendGrid takes it."""
    if not isinstance(mail, dict):
        return [Problem("The request body must be a JSON object.")]
    return [
        *_unknown(mail, _MAIL, ""),
        *_envelopes(mail),
        *_address(mail.get("from"), "from"),
        *(_address(mail["reply_to"], "reply_to") if "reply_to" in mail else ()),
        *_subject(mail),
        *_content(mail),
        *_marks(mail, ""),
        *_categories(mail.get("categories")),
        *_attachments(mail.get("attachments")),
        *_settings(mail),
    ]


def _unknown(item: Mapping[str, Any], known: frozenset[str], within: str) -> Iterator[Problem]:
    for name in sorted(item.keys() - known):
        yield Problem(f"There is no property {name!r}.", f"{within}{name}")


def _envelopes(mail: Mapping[str, Any]) -> Iterator[Problem]:
    envelopes = mail.get("personalizations")
    if not isinstance(envelopes, list) or not envelopes:
        yield Problem("At least one personalization is required.", "personalizations")
        return
    if len(envelopes) > _MOST_PERSONALIZATIONS:
        yield Problem("There are more than 1000 personalizations.", "personalizations")
    for place, envelope in enumerate(envelopes):
        within = f"personalizations.{place}"
        if isinstance(envelope, dict):
            yield from _unknown(envelope, _PERSONALIZATION, f"{within}.")
            yield from _recipients(envelope, within)
            if "from" in envelope:
                yield from _address(envelope["from"], f"{within}.from")
            yield from _marks(envelope, f"{within}.")
        else:
            yield Problem("A personalization must be an object.", within)


def _recipients(envelope: Mapping[str, Any], within: str) -> Iterator[Problem]:
    if not envelope.get("to"):
        yield Problem("At least one recipient is required.", f"{within}.to")
    seen: set[str] = set()
    for kind in ("to", "cc", "bcc"):
        addresses = envelope.get(kind) or []
        if not isinstance(addresses, list):
            yield Problem("Recipients must be an array.", f"{within}.{kind}")
            continue
        for place, address in enumerate(addresses):
            at = f"{within}.{kind}.{place}"
            yield from _address(address, at)
            email = str(address.get("email")).lower() if isinstance(address, dict) else at
            if email in seen:
                yield Problem("An address may stand once among to, cc and bcc.", at)
            seen.add(email)


def _address(address: object, field: str) -> Iterator[Problem]:
    email = address.get("email") if isinstance(address, dict) else None
    if not isinstance(email, str) or not _ADDRESS.fullmatch(email):
        yield Problem("A valid e-mail address is required here.", f"{field}.email")


def _subject(mail: Mapping[str, Any]) -> Iterator[Problem]:
    given = mail.get("personalizations")
    envelopes = given if isinstance(given, list) else []
    own = [envelope.get("subject") for envelope in envelopes if isinstance(envelope, dict)]
    subjects = [mail["subject"]] if "subject" in mail else own
    if mail.get("template_id") and not any(subjects):
        return
    if not subjects or not all(isinstance(subject, str) and subject for subject in subjects):
        yield Problem("A subject is required, here or in every personalization.", "subject")


def _content(mail: Mapping[str, Any]) -> Iterator[Problem]:
    blocks = mail.get("content")
    if mail.get("template_id") and blocks is None:
        return
    if not isinstance(blocks, list) or not blocks:
        yield Problem("At least one content block is required.", "content")
        return
    kinds = [str(block.get("type")) if isinstance(block, dict) else "" for block in blocks]
    for place, block in enumerate(blocks):
        value = block.get("value") if isinstance(block, dict) else None
        if not isinstance(value, str) or not value:
            yield Problem("A text of at least one character.", f"content.{place}.value")
        if not re.fullmatch(r"[^\s;,]+/[^\s;,]+", kinds[place]):
            yield Problem("A media type without parameters.", f"content.{place}.type")
    ordered = [kind for kind in kinds if kind in {"text/plain", "text/html"}]
    if len(ordered) != len(set(ordered)):
        yield Problem("text/plain and text/html may stand once each.", "content")
    elif ordered != sorted(ordered, reverse=True) or kinds[: len(ordered)] != ordered:
        yield Problem("text/plain comes first, then text/html, then the others.", "content")


def _marks(item: Mapping[str, Any], within: str) -> Iterator[Problem]:
    for kind in ("custom_args", "headers"):
        marks = item.get(kind, {})
        if not isinstance(marks, dict):
            yield Problem(f"Invalid type. Expected: object, given: {type(marks).__name__}.", kind)
            continue
        for name, value in marks.items():
            at = f"{within}{kind}.{name}"
            if not isinstance(value, str):
                yield Problem("The value must be a string.", at)
            if kind == "headers" and name.lower() in _RESERVED:
                yield Problem("This header is set by the provider.", at)
            if kind == "headers" and re.search(r"[\r\n]", f"{name}{value}"):
                yield Problem("A header is one line.", at)
    if len(json.dumps(item.get("custom_args", {}))) > _MOST_CUSTOM_BYTES:
        yield Problem("Custom arguments take more than 10000 bytes.", f"{within}custom_args")


def _categories(categories: object) -> Iterator[Problem]:
    if categories is None:
        return
    if not isinstance(categories, list) or len(categories) > _MOST_CATEGORIES:
        yield Problem("An array of at most ten categories.", "categories")
    elif not all(isinstance(each, str) and len(each) <= _LONGEST_CATEGORY for each in categories):
        yield Problem("A category is a string of at most 255 characters.", "categories")
    elif len(set(categories)) != len(categories):
        yield Problem("Each category may stand once.", "categories")


def _attachments(attachments: object) -> Iterator[Problem]:
    if attachments is None:
        return
    if not isinstance(attachments, list) or not attachments:
        yield Problem("An array of attachments.", "attachments")
        return
    for place, attachment in enumerate(attachments):
        at = f"attachments.{place}"
        item = attachment if isinstance(attachment, dict) else {}
        if not _is_base64(item.get("content")):
            yield Problem("The content must be base64.", f"{at}.content")
        name = item.get("filename")
        if not isinstance(name, str) or not name or re.search(r"[\r\n]", name):
            yield Problem("A file name on one line.", f"{at}.filename")
        if "type" in item and not re.fullmatch(r"[^;\r\n]+", str(item["type"])):
            yield Problem("A media type without parameters.", f"{at}.type")


def _settings(mail: Mapping[str, Any]) -> Iterator[Problem]:
    for kind in ("mail_settings", "tracking_settings"):
        settings = mail.get(kind, {})
        if not isinstance(settings, dict):
            yield Problem("Settings must be an object.", kind)
            continue
        for name, setting in settings.items():
            on = setting.get("enable", False) if isinstance(setting, dict) else None
            if not isinstance(on, bool):
                yield Problem("A setting is an object that is enabled or not.", f"{kind}.{name}")


def _is_base64(content: object) -> bool:
    try:
        return isinstance(content, str) and bool(base64.b64decode(content, validate=True))
    except (binascii.Error, ValueError):
        return False
