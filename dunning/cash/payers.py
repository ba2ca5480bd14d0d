"""Payers: the names under which a payer is remembered, without the account or name itself."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from dunning.payment import PaymentReceived

_HASH_BYTES = 16
_SHORTEST_NAME = 3
_SHOWN_ENDS = 4
_LEGAL_FORMS = frozenset(
    (
        "ab ag aps as asa bv bvba co company corp corporation cv eg ek ev gbr gmbh inc"
        " incorporated kg kgaa llc llp limited lp ltd mbh nv ohg oy oyj plc pte pty sa sarl sas se"
        " sl snc spa srl ug und and et og"
    ).split()
)
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{8,30}")


def payer_keys(payment: PaymentReceived) -> tuple[str, ...]:
    """The hashes a payment's payer is remembered by: of the account first, then of the name."""
    return tuple(_hash(text) for text in _texts(payment))


def shown_payer(payment: PaymentReceived) -> str:
    """How people recognise the payer: its name, and the ends of its account number."""
    account = _account(payment.payer_iban)
    ends = f"{account[:_SHOWN_ENDS]}…{account[-_SHOWN_ENDS:]}" if account else ""
    return " ".join(part for part in (payment.payer, ends) if part)


def folded_name(name: str) -> str:
    """A name without case, accents, punctuation and legal form: "Müller & Co. KG" is "muller"."""
    plain = unicodedata.normalize("NFKD", name).casefold().replace("ß", "ss")
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    words = re.sub(r"[\W_]+", " ", letters).split()
    kept = [word for word in words if word not in _LEGAL_FORMS]
    return " ".join(kept or words)


def _texts(payment: PaymentReceived) -> list[str]:
    texts = []
    if account := _account(payment.payer_iban):
        texts.append(f"account:{account}")
    name = folded_name(payment.payer)
    if len(name) >= _SHORTEST_NAME:
        texts.append(f"name:{name}")
    return texts


def _account(text: str) -> str:
    joined = re.sub(r"[\W_]+", "", text).upper()
    return joined if _IBAN.fullmatch(joined) or (joined.isalnum() and len(joined) > 5) else ""  # noqa: PLR2004


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=_HASH_BYTES).hexdigest()
