"""Facts about erasing personal data: asked for, declined, done; contents erased by their age.

They stand on the stream `erasure:<customer>`, those about contents on `erasure-of-contents`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dunning.fact import Fact


@dataclass(frozen=True, kw_only=True)
class ErasureAsked(Fact):
    """Somebody asks that the personal data of the customer are erased; another decides."""

    kind: Literal["erasure_asked"] = "erasure_asked"
    customer: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ErasureDeclined(Fact):
    """The personal data stay, or whoever asked thought better of it."""

    kind: Literal["erasure_declined"] = "erasure_declined"
    customer: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class CustomerErased(Fact):
    """The customer's personal data are gone; from now on it is called by the `pseudonym`.

    So many `facts` lost their personal part; `digest` is the SHA-256 over what was erased, as
    `ledger/erased.py` lists it. `forced` says why it was done before the law allows it.
    """

    kind: Literal["customer_erased"] = "customer_erased"
    customer: str
    pseudonym: str
    asked_by: str
    facts: int
    digest: str
    forced: str = ""


@dataclass(frozen=True, kw_only=True)
class ContentsErased(Fact):
    """The words of `what` older than `before` were erased by the rule of so many `years`."""

    kind: Literal["contents_erased"] = "contents_erased"
    what: Literal["messages", "replies"]
    before: datetime
    years: int
    count: int
    digest: str


ErasureFact = ErasureAsked | ErasureDeclined | CustomerErased | ContentsErased
