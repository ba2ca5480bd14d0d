from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from dunning.applicable_policy import Applies, Assignment, applicable, parse_assignment
from dunning.audit.terms import PoliciesInForce
from dunning.case import Case
from dunning.customer import Customer
from dunning.customer_facts import CustomerRecorded
from dunning.facts import InvoiceOpened
from dunning.folding import fold
from dunning.money import Money
from dunning.policy_problems import InvalidPolicy

_KNOWN = frozenset({"standard_b2b", "key_account", "small_balance", "eu_formal", "high_risk"})
_ASSIGNMENT = Assignment(
    default="standard_b2b",
    known=_KNOWN,
    segment={"small": "small_balance"},
    entity={"acme_gmbh": "eu_formal"},
    customer={"C7": "key_account"},
    debtor={"consumer": "eu_formal", "consumer/NL": "high_risk"},
)


def _case(policy: str = "", entity: str = "") -> Case:
    opened = InvoiceOpened(
        at=datetime(2026, 3, 2, tzinfo=UTC),
        by="import",
        invoice="INV-1",
        customer="C1",
        entity=entity,
        amount=Money(10_000, "EUR"),
        issue_date=date(2026, 3, 2),
        due_date=date(2026, 4, 1),
        policy=policy,
    )
    return fold([opened])


@pytest.mark.parametrize(
    ("case", "customer", "policy", "rule"),
    [
        (_case(), Customer("C1", "One Ltd"), "standard_b2b", "default"),
        (_case(entity="acme_gmbh"), Customer("C1", "One Ltd"), "eu_formal", "entity acme_gmbh"),
        (_case(), Customer("C1", "One", entity="acme_gmbh"), "eu_formal", "entity acme_gmbh"),
        (
            _case(entity="acme_gmbh"),
            Customer("C1", "One", segment="small"),
            "small_balance",
            "segment small",
        ),
        (
            _case(entity="acme_gmbh"),
            Customer("C1", "One", segment="small", debtor="consumer", country="NL"),
            "high_risk",
            "debtor consumer/NL",
        ),
        (
            _case(),
            Customer("C1", "One", segment="consumer", country="NL"),
            "high_risk",
            "debtor consumer/NL",
        ),
        (
            _case(),
            Customer("C1", "One", segment="small", debtor="consumer", country="DE"),
            "small_balance",
            "segment small",
        ),
        (_case(), Customer("C1", "One", debtor="consumer"), "eu_formal", "debtor consumer"),
        (_case(), Customer("C1", "One", debtor="business"), "standard_b2b", "default"),
        (_case(), Customer("C7", "Seven", segment="small"), "key_account", "customer C7"),
        (_case(), Customer("C7", "Seven", policy="high_risk"), "high_risk", "customer C7"),
        (
            _case("small_balance"),
            Customer("C7", "Seven", policy="high_risk"),
            "small_balance",
            "invoice INV-1",
        ),
    ],
)
def test_the_most_particular_rule_wins(
    case: Case, customer: Customer, policy: str, rule: str
) -> None:
    assert applicable(_ASSIGNMENT, case, customer) == Applies(policy, rule)
    assert _audited(case, customer) == policy


def _audited(case: Case, customer: Customer) -> str:
    """What the auditor finds, from the fact and tables of its own."""
    names = ("name", "country", "segment", "entity", "policy", "debtor")
    told = {name: getattr(customer, name) for name in names}
    at = datetime(2026, 3, 2, tzinfo=UTC)
    recorded = CustomerRecorded(at=at, by="import", customer=customer.customer, **told)
    tables = {
        name: getattr(_ASSIGNMENT, name) for name in ("customer", "segment", "entity", "debtor")
    }
    terms = PoliciesInForce({}, _ASSIGNMENT.default, _KNOWN, **tables)
    return terms.of(case.policy, case.entity, customer.customer, recorded)


def test_a_policy_nobody_wrote_is_passed_over_aloud() -> None:
    customer = Customer("C1", "One Ltd", segment="small", policy="vip")
    applies = applicable(_ASSIGNMENT, _case("standrad"), customer)

    assert applies.policy == "small_balance"
    assert applies.rule == (
        'segment small; invoice INV-1 names "standrad", which is no policy; '
        'customer C1 names "vip", which is no policy'
    )


def test_an_assignment_reads_as_it_is_written() -> None:
    text = 'default = "standard_b2b"\n[segment]\nsmall = "small_balance"\n[customer]\n'
    expected = Assignment("standard_b2b", _KNOWN, {"small": "small_balance"})

    assert parse_assignment(text, "assignment.toml", _KNOWN) == expected


def test_all_mistakes_in_an_assignment_are_named_at_once() -> None:
    text = 'defualt = "standard_b2b"\n[segment]\nsmall = "small"\n[entity]\nx = 1\n'
    text += '[debtor]\ncompany = "small_balance"\n"business/n" = "small_balance"\n'
    with pytest.raises(InvalidPolicy) as invalid:
        parse_assignment(text, "assignment.toml", _KNOWN)

    assert str(invalid.value).splitlines() == [
        "assignment.toml: default: is missing: it needs a text in quotes",
        'assignment.toml: segment.small: there is no policy "small"',
        "assignment.toml: entity.x: 1 is not a text in quotes",
        'assignment.toml: debtor.company: is no debtor: write it as "consumer" or "consumer/NL"',
        'assignment.toml: debtor.business/n: is no debtor: write it as "consumer" or "consumer/NL"',
        'assignment.toml: defualt: unknown key; did you mean "default"?',
    ]
