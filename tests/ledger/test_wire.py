from __future__ import annotations

import json
from dataclasses import replace
from typing import get_args

import pytest

from ledger.wire import AnyFact, body_of, fact_of
from tests.ledger.samples import SAMPLES

KINDS = get_args(AnyFact)
# As the first release wrote them: what was written once must be readable for ever.
WRITTEN = [
    (
        "invoice_opened",
        (
            '{"amount":{"currency":"EUR","minor":150000},"customer":"C-1","distributed":true,'
            '"due_date":"2026-03-02","entity":"demo","invoice":"I-1","issue_date":"2026-02-02",'
            '"policy":"","reference":""}'
        ),
    ),
    ("paused", '{"note":"später","reason":"system","until":"2026-03-04"}'),
    (
        "touch_started",
        (
            '{"amount":{"currency":"EUR","minor":150000},"attempt":"a1","channel":"email",'
            '"claimant":"I-1","contact":"C-1/1","letter":"reminder","level":1,'
            '"policy":"standard_b2b v1","step":"reminder"}'
        ),
    ),
]


@pytest.mark.parametrize("fact", SAMPLES, ids=lambda fact: fact.kind)
def test_a_fact_reads_as_it_was_written(fact: AnyFact) -> None:
    assert fact_of(fact.kind, body_of(fact), fact.at, fact.by) == fact


def test_every_kind_of_fact_has_a_sample() -> None:
    assert {type(sample) for sample in SAMPLES} == set(KINDS)


def test_no_two_kinds_share_a_name() -> None:
    assert len({sample.kind for sample in SAMPLES}) == len(KINDS)


@pytest.mark.parametrize(("kind", "body"), WRITTEN, ids=[kind for kind, _ in WRITTEN])
def test_what_the_first_release_wrote_is_still_read(kind: str, body: str) -> None:
    sample = next(one for one in SAMPLES if one.kind == kind)
    read = fact_of(kind, body, sample.at, sample.by)

    assert read == sample
    # A fact may have learnt more since; what it said then it says still.
    assert json.loads(body_of(read)).items() >= json.loads(body).items()


def test_a_body_is_canonical_json_without_the_envelope() -> None:
    for sample in SAMPLES:
        body = body_of(sample)
        fields = json.loads(body)

        assert body == json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert fields.keys().isdisjoint({"at", "by", "kind"})


@pytest.mark.parametrize("fact", SAMPLES, ids=lambda fact: fact.kind)
def test_what_was_read_is_complete_and_writes_the_same_bytes(fact: AnyFact) -> None:
    body = body_of(fact)
    read = fact_of(fact.kind, body, fact.at, fact.by)

    assert vars(read) == vars(fact)
    assert body_of(read) == body


@pytest.mark.parametrize(("kind", "body"), WRITTEN, ids=[kind for kind, _ in WRITTEN])
def test_a_field_that_came_later_is_there_with_its_default(kind: str, body: str) -> None:
    sample = next(one for one in SAMPLES if one.kind == kind)

    assert vars(fact_of(kind, body, sample.at, sample.by)) == vars(sample)


@pytest.mark.parametrize("by", ['Bea "B" O\'Neill\\', "später", "line\nbreak", ""])
def test_whoever_recorded_it_is_read_as_written(by: str) -> None:
    fact = replace(next(one for one in SAMPLES if one.kind == "paused"), by=by)

    assert fact_of(fact.kind, body_of(fact), fact.at, by) == fact


def test_no_body_stands_in_for_the_columns_of_its_row() -> None:
    fact = next(one for one in SAMPLES if one.kind == "paused")
    forged = f'{{"at":"2020-01-01T00:00:00Z","by":"nobody","kind":"resumed",{body_of(fact)[1:]}'

    assert fact_of(fact.kind, forged, fact.at, fact.by) == fact


@pytest.mark.parametrize("body", ["", "{", "[]", "7", '{"note":1}', '{"note":"x"} {}'])
def test_a_body_that_does_not_fit_is_refused(body: str) -> None:
    fact = next(one for one in SAMPLES if one.kind == "paused")

    with pytest.raises((ValueError, TypeError)):
        fact_of(fact.kind, body, fact.at, fact.by)
