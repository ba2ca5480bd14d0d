"""Facts as they are stored: canonical JSON of their own fields, readable for ever."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, get_args, get_type_hints

from msgspec import DecodeError
from msgspec.json import Decoder
from pydantic import Discriminator, TypeAdapter
from pydantic_core import from_json

from dunning.cash_facts import PayerFact, PaymentFact
from dunning.channel_facts import ChannelFact
from dunning.contact_facts import ContactLogged, SentenceAdded
from dunning.credit_facts import CreditFact
from dunning.customer_facts import CustomerFact
from dunning.erasure_facts import ErasureFact
from dunning.experiment_facts import ExperimentFact
from dunning.facts import InvoiceFact
from dunning.finding_facts import AuditRecorded, FindingFact
from dunning.note_facts import NoteAdded
from dunning.payment import PaymentReceived
from dunning.period_facts import PeriodFact
from dunning.person_facts import PersonFact
from dunning.personal import PERSONAL_KINDS, SALT
from dunning.policy_version_facts import PolicyVersionFact
from dunning.report_facts import ReportFact
from dunning.statement_facts import StatementFact
from dunning.task_facts import Delegated

AnyFact = (
    InvoiceFact
    | CustomerFact
    | PaymentReceived
    | PaymentFact
    | CreditFact
    | PayerFact
    | ChannelFact
    | ContactLogged
    | SentenceAdded
    | NoteAdded
    | Delegated
    | PersonFact
    | PolicyVersionFact
    | PeriodFact
    | StatementFact
    | AuditRecorded
    | FindingFact
    | ReportFact
    | ExperimentFact
    | ErasureFact
)

_FACTS: TypeAdapter[AnyFact] = TypeAdapter(Annotated[AnyFact, Discriminator("kind")])
# In the table's own columns, so not in the body.
_ENVELOPE = {"at", "by", "kind"}


def body_of(fact: AnyFact) -> str:
    """The fact's own fields as canonical JSON: sorted keys, no spaces; this is hashed."""
    own = _FACTS.dump_python(fact, mode="json", exclude=_ENVELOPE)
    return json.dumps(own, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def stored_body(fact: AnyFact) -> str:
    """The body as it is stored: a fact that says something personal is salted.

    The hash of the fact stays when that is erased, and nobody can guess from it what it was.
    """
    body = body_of(fact)
    if fact.kind not in PERSONAL_KINDS:
        return body
    return f'{body[:-1]},"{SALT}":"{secrets.token_hex(16)}"}}'


def fact_of(kind: str, body: str, at: datetime, by: str) -> AnyFact:
    """The fact of a stored row. Raises pydantic.ValidationError when the body does not fit."""
    return stored_fact(kind, body, at.isoformat(), by)


def stored_fact(kind: str, body: str, at: str, by: str) -> AnyFact:
    """The same, of a moment in ISO 8601 with its zone. Raises pydantic.ValidationError."""
    known = _DECODERS.get(kind)
    if known is not None:
        # A body that has every field as it is written today is read in a third of the time.
        decoder, size = known
        # What a key says last counts, so no body stands in for the table's own columns.
        own = f'"kind":"{kind}","at":"{at}","by":{_quoted(by)}}}'
        try:
            fact = decoder.decode(f"{{{own}" if body == "{}" else f"{body[:-1]},{own}")
        except DecodeError:
            fact = None
        if fact is not None and len(fact.__dict__) == size:
            return fact
    told: dict[str, Any] = from_json(body)
    return _FACTS.validate_python({**told, "kind": kind, "at": at, "by": by})


@lru_cache(maxsize=1024)
def _quoted(text: str) -> str:
    return json.dumps(text)


def _is_plain(hint: object) -> bool:
    """Whether values of the type are decoded whole: defaults of parts would be left out."""
    if is_dataclass(hint):
        return "__slots__" in vars(hint)
    return all(map(_is_plain, get_args(hint)))


def _decoders() -> Iterator[tuple[str, tuple[Decoder[AnyFact], int]]]:
    for kind in get_args(AnyFact):
        if all(map(_is_plain, get_type_hints(kind).values())):
            yield kind.kind, (Decoder(kind), len(fields(kind)))


_DECODERS = dict(_decoders())
