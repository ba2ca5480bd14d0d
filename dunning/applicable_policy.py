"""Which policy an invoice follows: the most particular rule that names one wins."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from dunning.case import Case
from dunning.customer import Customer
from dunning.debtor import DEBTORS, debtor_of
from dunning.policy_document import Section, read_document
from dunning.policy_problems import meant

_COUNTRY = re.compile("[A-Z]{2}")


@dataclass(frozen=True)
class Assignment:
    """The team's tables of policies by customer, debtor, segment and entity; `known` are all.

    A key of `debtor` is what the customer is to the law, alone or with its country:
    ``consumer`` or ``consumer/NL``.
    """

    default: str
    known: frozenset[str]
    segment: Mapping[str, str] = field(default_factory=dict)
    entity: Mapping[str, str] = field(default_factory=dict)
    customer: Mapping[str, str] = field(default_factory=dict)
    debtor: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Applies:
    """The policy of an invoice and the rule that chose it, in words."""

    policy: str
    rule: str


def applicable(assignment: Assignment, case: Case, customer: Customer) -> Applies:
    """The first policy named by: invoice, customer, debtor of a country, segment, debtor, entity.

    Where none does, the default. A name from the ledger that is no policy is passed over, and the
    rule says so.
    """
    passed_over: list[str] = []
    for what, name, policy in _candidates(assignment, case, customer):
        if policy in assignment.known:
            return Applies(policy, "; ".join([f"{what} {name}", *passed_over]))
        if policy:
            passed_over.append(f'{what} {name} names "{policy}", which is no policy')
    return Applies(assignment.default, "; ".join(["default", *passed_over]))


def parse_assignment(text: str, file: str, known_policies: Collection[str]) -> Assignment:
    """The assignment a TOML text describes; raises InvalidPolicy with all its problems."""
    document = read_document(text, file)
    assignment = Assignment(
        default=_policy_name(document, "default", known_policies),
        known=frozenset(known_policies),
        segment=_table(document.section("segment"), known_policies),
        entity=_table(document.section("entity"), known_policies),
        customer=_table(document.section("customer"), known_policies),
        debtor=_debtors(document.section("debtor"), known_policies),
    )
    document.finish()
    return assignment


def _candidates(
    assignment: Assignment, case: Case, customer: Customer
) -> Iterator[tuple[str, str, str]]:
    """What names a policy, its own name, and the policy it names or nothing."""
    entity, debtor = case.entity or customer.entity, debtor_of(customer)
    at_home = f"{debtor}/{customer.country}"
    yield "invoice", case.invoice, case.policy
    yield "customer", customer.customer, customer.policy
    yield "customer", customer.customer, assignment.customer.get(customer.customer, "")
    yield "debtor", at_home, assignment.debtor.get(at_home, "")
    yield "segment", customer.segment, assignment.segment.get(customer.segment, "")
    yield "debtor", debtor, assignment.debtor.get(debtor, "")
    yield "entity", entity, assignment.entity.get(entity, "")


def _debtors(section: Section, known: Collection[str]) -> Mapping[str, str]:
    for key in section:
        debtor, stroke, country = key.partition("/")
        if debtor not in DEBTORS or (stroke and not _COUNTRY.fullmatch(country)):
            section.refuse(key, 'is no debtor: write it as "consumer" or "consumer/NL"')
    return _table(section, known)


def _table(section: Section, known: Collection[str]) -> Mapping[str, str]:
    return {key: _policy_name(section, key, known) for key in section}


def _policy_name(section: Section, key: str, known: Collection[str]) -> str:
    name = section.text(key)
    if name not in known and not section.is_refused(key):
        section.refuse(key, f'there is no policy "{name}"{meant(name, known)}')
    return name
