"""Bank account numbers: an IBAN or BIC that cannot be right is refused where it is written down."""

from __future__ import annotations

import re

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")


def normal_iban(text: str) -> str:
    """The IBAN without spaces, in capitals; raises ValueError when its check digits are wrong.

    ISO 13616: the first four signs go to the end, letters count from 10, the rest by 97 is 1.
    """
    iban = _normal(text)
    if not _IBAN.fullmatch(iban):
        raise ValueError(f'"{text}" is no IBAN')
    number = "".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])
    if int(number) % 97 != 1:
        raise ValueError(f'the check digits of the IBAN "{text}" are wrong')
    return iban


def normal_bic(text: str) -> str:
    """The BIC in capitals; raises ValueError when it has not the form of ISO 9362."""
    bic = _normal(text)
    if not _BIC.fullmatch(bic):
        raise ValueError(f'"{text}" is no BIC')
    return bic


def _normal(text: str) -> str:
    return "".join(text.split()).upper()
