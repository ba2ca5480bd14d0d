"""What facts say about people, and what is left of a fact when that is erased."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

ERASED = "(erased)"
# Addresses to which nothing can be sent: what was reachable by a channel still reads so.
ERASED_EMAIL, ERASED_PHONE = "erased@erased.invalid", "+00"

# By kind of fact: what people wrote or what names somebody. Numbers, dates, amounts and codes stay.
_TEXTS: Mapping[str, str] = {
    "adjusted": "reason",
    "adjustment_decided": "note",
    "adjustment_proposed": "reason",
    "application_undone": "reason",
    "call_made": "note",
    "claim_waived": "reason",
    "claim_withdrawn": "reason",
    "consent_recorded": "wording",
    "contact_blocked": "why",
    "contact_logged": "note",
    "contact_unblocked": "reason",
    "contact_verified": "note",
    "credit_applied": "reason",
    "credit_approved": "note",
    "credit_declined": "note",
    "credit_move_decided": "note",
    "credit_move_proposed": "reason",
    "credit_proposed": "note",
    "credit_transfer_undone": "reason",
    "customer_paused": "note",
    "customer_resumed": "reason note",
    "dispute_acknowledged": "note",
    "dispute_opened": "note",
    "dispute_resolved": "note",
    "dispute_waiting": "note",
    "erasure_asked": "reason",
    "erasure_declined": "reason",
    "escalated": "reason",
    "evidence_added": "name note",
    "finding_accepted": "note",
    "finding_assigned": "note",
    "finding_explained": "note",
    "finding_remediated": "note",
    "finding_reopened": "note",
    "handed_over": "reason",
    "hold_lifted": "reason",
    "hold_placed": "why",
    "invoice_cancelled": "reason",
    "invoice_delivered": "note",
    "invoice_reopened": "reason",
    "invoice_resend_asked": "note",
    "note_added": "text",
    "paused": "note",
    "payer_alias_forgotten": "reason",
    "payer_alias_learnt": "shown",
    "payment_received": "payer payer_iban reference structured texts",
    "payment_returned": "reason",
    "payment_reversed": "reason",
    "plan_approved": "note",
    "plan_ended": "note",
    "plan_proposed": "note",
    "promise_made": "note",
    "promise_withdrawn": "reason",
    "proposal_decided": "note",
    "proposal_made": "reason",
    "resumed": "reason note",
    "send_requested": "note",
    "sentence_added": "text",
    "statement_asked": "note",
    "statement_refused": "why",
    "statement_unknown": "why",
    "taken_off_account": "reason",
    "task_closed": "note",
    "touch_approved": "note",
    "touch_bounced": "why",
    "touch_refused": "why",
    "touch_reworded": "text subject",
    "touch_unknown": "why",
    "written_off": "reason",
}
_CONTACTS: Mapping[str, str] = {"customer_recorded": "contacts", "contact_proposed": "contact"}
# Facts that hold something personal by their kind: their stored form is salted.
PERSONAL_KINDS = frozenset(_TEXTS) | frozenset(_CONTACTS)
# Sentences of Duncan's own, and fields of the ledger, in which a name may stand all the same.
_MAY_NAME = ("detail", "outcome", "owner", "reference", "source", "why")


def redacted(
    kind: str, told: Mapping[str, Any], pseudonym: str, names: Collection[str]
) -> dict[str, Any]:
    """The fields of a fact without what is personal; `names` are masked wherever they may stand.

    What is empty stays empty, so that the fact is folded to the same as before.
    """
    found = {name: value for name, value in told.items() if name != SALT}
    for name in _MAY_NAME:
        if isinstance(found.get(name), str):
            found[name] = masked(found[name], names)
    for name in _TEXTS.get(kind, "").split():
        found[name] = _blank(found.get(name, ""))
    if kind == "payment_received" and told.get("of") == "credit_note":
        # The payer of a credit note is the customer's number.
        found["payer"] = told["payer"]
    if kind == "customer_recorded":
        found["name"] = pseudonym
        found["contacts"] = [_nobody(one) for one in told.get("contacts", ())]
    if kind == "contact_proposed":
        found["contact"] = _nobody(told["contact"])
    return {name: value for name, value in found.items() if name in told}


def masked(text: str, names: Collection[str]) -> str:
    """The text without these names, however they are written large and small."""
    for name in sorted(names, key=len, reverse=True):
        place = text.casefold().find(name.casefold()) if name else -1
        # Some letters grow when their case is folded: then the whole text goes.
        if place >= 0 and len(text.casefold()) != len(text):
            return ERASED
        while place >= 0:
            text = text[:place] + ERASED + text[place + len(name.casefold()) :]
            place = text.casefold().find(name.casefold(), place + len(ERASED))
    return text


def names_in(kind: str, told: Mapping[str, Any]) -> set[str]:
    """The names and addresses that a fact gives the customer and its people."""
    found: set[str] = set()
    for field in _CONTACTS.get(kind, "").split():
        value = told.get(field, ())
        for one in value if isinstance(value, list) else [value]:
            found |= {one.get("name", ""), one.get("email", ""), one.get("phone", "")}
    if kind == "customer_recorded":
        found.add(told["name"])
    if kind == "payment_received" and told.get("of", "payment") == "payment":
        found |= {told.get("payer", ""), told.get("payer_iban", "")}
    return {one for one in found - {ERASED, ERASED_EMAIL, ERASED_PHONE} if len(one) >= _SHORTEST}


# The random part of a stored fact: without it nobody can guess what was erased from the hash.
SALT = "~salt"
# Shorter names are parts of too many words.
_SHORTEST = 4


def _blank(value: object) -> object:
    if isinstance(value, list | tuple):
        return []
    return ERASED if value else value


def _nobody(contact: Mapping[str, Any]) -> dict[str, Any]:
    known = dict(contact) | {"name": ERASED}
    for field, erased in (("email", ERASED_EMAIL), ("phone", ERASED_PHONE)):
        if known.get(field):
            known[field] = erased
    return known
