"""Facts as they are stored: canonical JSON of their own fields, readable for ever."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any

from pydantic import Discriminator, TypeAdapter
from pydantic_core import from_json

from dunning.cash_facts import PayerFact, PaymentFact
from dunning.channel_facts import ChannelFact
from dunning.contact_facts import ContactLogged, SentenceAdded
from dunning.credit_facts import CreditFact
from dunning.customer_facts import CustomerFact
from dunning.experiment_facts import ExperimentFact
from dunning.facts import InvoiceFact
from dunning.finding_facts import AuditRecorded, FindingFact
from dunning.note_facts import NoteAdded
from dunning.payment import PaymentReceived
from dunning.period_facts import PeriodFact
from dunning.person_facts import PersonFact
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
)

_FACTS: TypeAdapter[AnyFact] = TypeAdapter(Annotated[AnyFact, Discriminator("kind")])
# In the table's own columns, so not in the body.
_ENVELOPE = {"at", "by", "kind"}


def body_of(fact: AnyFact) -> str:
    """The fact's own fields as canonical JSON: sorted keys, no spaces; this is hashed."""
    fields = _FACTS.dump_python(fact, mode="json", exclude=_ENVELOPE)
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def fact_of(kind: str, body: str, at: datetime, by: str) -> AnyFact:
    """The fact of a stored row. Raises pydantic.ValidationError when the body does not fit."""
    fields: dict[str, Any] = from_json(body)
    return _FACTS.validate_python({**fields, "kind": kind, "at": at, "by": by})
