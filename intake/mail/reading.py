"""Reads a mail's bytes into one value: who, what, which kind, and how far to trust it."""

from __future__ import annotations

from intake.mail.assembly import Opened, incoming
from intake.mail.attachments import attachments_among
from intake.mail.bodies import body_of
from intake.mail.limits import LARGEST_MAIL_BYTES
from intake.mail.message import (
    UNCHECKED,
    UNKNOWN_ENVELOPE,
    Envelope,
    IncomingMail,
    TooBig,
    Verdicts,
)
from intake.mail.parsing import parse
from intake.mail.parts import leaves, tree_of


def read_mail(
    raw: bytes, envelope: Envelope = UNKNOWN_ENVELOPE, verdicts: Verdicts = UNCHECKED
) -> IncomingMail | TooBig:
    """The mail in these bytes, whatever they are; never raises.

    ``envelope`` and ``verdicts`` come from who received the mail, never from the mail itself.
    Without verdicts nothing is authenticated.
    """
    if len(raw) > LARGEST_MAIL_BYTES:
        return TooBig(len(raw), LARGEST_MAIL_BYTES)
    parsed = parse(raw)
    tree, cut = tree_of(parsed.message)
    parts = tuple(leaves(tree))
    is_report = tree.media_type == "multipart/report"
    files = [part for part in parts if not (is_report and part.source.is_multipart())]
    opened = Opened(
        message=parsed.message,
        body=body_of(tree),
        parts=parts,
        attachments=attachments_among(files),
        defects=(*parsed.defects, *cut),
    )
    return incoming(opened, envelope, verdicts)
