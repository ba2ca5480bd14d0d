"""What is personal in facts: everything is decided, and what is left folds to the same."""

from __future__ import annotations

import json
from typing import Any, get_args, get_type_hints

import pytest

from dunning.personal import (
    ERASED,
    ERASED_EMAIL,
    ERASED_PHONE,
    PERSONAL_KINDS,
    masked,
    names_in,
    redacted,
)
from ledger.wire import AnyFact, body_of, fact_of, stored_body
from tests.ledger.samples import SAMPLES

NAMES = ("Ünal & Søn", "Emil Quittenbaum", "emil@quittenbaum.example", "+4915112345678")
# Facts about the team, its policies and its reports are about no customer.
_NOT_OF_CUSTOMERS = (
    "action_refused audit_recorded channel_released channel_stopped delegated experiment_started"
    " experiment_stopped identity_given identity_taken password_changed period_closed"
    " period_prepared period_reopened person_added person_deactivated person_reactivated"
    " policy_activated policy_adopted policy_approved policy_drafted policy_rolled_back"
    " policy_simulated policy_took_effect policy_withdrawn report_refused report_sent"
    " report_started report_unknown role_given role_taken signed_in signed_out"
    " sign_ins_refused erasure_asked customer_erased contents_erased"
).split()
# Numbers, codes and names of the team's own, whatever fact they stand in.
_KEPT = (
    "adjustment arm attempt channel claim claimant code contact content contract country credit"
    " customer collector debtor digest dispute entity experiment finding guards hold how intents"
    " into invoice invoices law letter locale made_from message other payment period plan policy"
    " provider_id reply role rule run segment severity step subdivision subject task test timezone"
    " to to_role undoes waiver were what worded_by"
    " currency"
).split()
# Codes in these facts; sentences in others of the same name.
_CODED = {
    ("short_paid", "reason"),
    ("paused", "reason"),
    ("customer_paused", "reason"),
    ("dispute_opened", "reason"),
    ("deduction_allowed", "reason"),
    ("deduction_undone", "reason"),
    ("payer_alias_learnt", "payer"),
    ("payer_alias_forgotten", "payer"),
}


@pytest.mark.parametrize("fact", SAMPLES, ids=lambda fact: fact.kind)
def test_whatever_is_left_of_a_fact_is_still_that_fact(fact: AnyFact) -> None:
    told = json.loads(body_of(fact))
    left = json.dumps(redacted(fact.kind, told, "Erased customer 1", NAMES))
    read = fact_of(fact.kind, left, fact.at, fact.by)

    assert (read.kind, read.at, read.by) == (fact.kind, fact.at, fact.by)
    for name in names_in(fact.kind, told):
        assert name not in left


def test_every_text_of_a_fact_is_either_erased_or_known_to_say_nothing() -> None:
    undecided = [
        (kind.kind, name)
        for kind in get_args(AnyFact)
        if kind.kind not in _NOT_OF_CUSTOMERS
        for name, hint in get_type_hints(kind).items()
        if "str" in str(hint) and name not in ("at", "by", "kind", *_KEPT)
        if (kind.kind, name) not in _CODED and not _is_erased(kind.kind, name)
    ]

    assert undecided == []


def _is_erased(kind: str, name: str) -> bool:
    """Whether a customer's name in the field does not survive."""
    value: Any = "about Emil Quittenbaum there"
    told = {name: value, "contacts": [], "contact": {}, "of": "payment", "payer": value}
    left = redacted(kind, told, "-", ["Emil Quittenbaum"]).get(name)
    return "Quittenbaum" not in str(left) or name in ("contact", "contacts")


def test_an_erased_contact_was_reachable_and_is_nobody() -> None:
    contact = {"contact": "C-1/1", "name": "Emil", "email": "e@x.example", "phone": "", "role": "x"}
    told = {"customer": "C-1", "name": "Ünal", "contacts": [contact], "country": "DE"}
    left = redacted("customer_recorded", told, "Erased customer 7", [])

    assert left["name"] == "Erased customer 7"
    assert left["contacts"] == [contact | {"name": ERASED, "email": ERASED_EMAIL}]
    assert left["country"] == "DE"
    assert ERASED_PHONE not in str(left)


def test_a_name_is_masked_however_it_is_written() -> None:
    assert masked("To EMIL QUITTENBAUM, twice: emil quittenbaum", NAMES) == (
        f"To {ERASED}, twice: {ERASED}"
    )
    assert masked("Straße of Emil Quittenbaum", NAMES) == ERASED
    assert masked("nobody here", NAMES) == "nobody here"


def test_the_number_of_a_credit_notes_customer_stays() -> None:
    told = {"payment": "P", "payer": "C-1", "of": "credit_note", "reference": "return 7"}

    assert redacted("payment_received", told, "-", [])["payer"] == "C-1"
    assert redacted("payment_received", told | {"of": "payment"}, "-", [])["payer"] == ERASED


def test_what_is_personal_is_stored_with_a_salt_that_readers_do_not_see() -> None:
    for fact in SAMPLES:
        bodies = {stored_body(fact) for _ in range(3)}

        assert len(bodies) == (3 if fact.kind in PERSONAL_KINDS else 1)
        assert all(fact_of(fact.kind, one, fact.at, fact.by) == fact for one in bodies)
        assert all(one == _canonical(one) for one in bodies)


def _canonical(body: str) -> str:
    return json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
