"""The policies folder: every policy, who follows which, and the entities that are owed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from typing import TypeVar
from zoneinfo import available_timezones

import structlog

from activities.bank_account import normal_bic, normal_iban
from activities.letter_request import Creditor
from dunning.applicable_policy import Assignment, applicable, parse_assignment
from dunning.case import Case
from dunning.cash.rules import CashRules
from dunning.cash.rules_text import parse_cash_rules
from dunning.customer import Customer
from dunning.own_days import NO_DAYS, OwnDays, parse_own_days
from dunning.own_rates import NO_RATES, OwnRates
from dunning.own_rates_text import parse_own_rates
from dunning.policy import CadenceStep, Policy
from dunning.policy_document import Section, read_document
from dunning.policy_problems import InvalidPolicy, Problem, meant
from dunning.policy_text import parse_policy
from dunning.write_off_rules import WriteOffRules, parse_write_offs

T = TypeVar("T")

_ASSIGNMENT, _WRITE_OFFS, _CALENDARS = "assignment.toml", "write_offs.toml", "calendars.toml"
_ENTITIES, _SENDING, _CASH, _RATES = "entities.toml", "sending.toml", "cash.toml", "rates.toml"
_OTHERS = (_ASSIGNMENT, _ENTITIES, _SENDING, _WRITE_OFFS, _CASH, _CALENDARS, _RATES)
_log = structlog.get_logger()


@dataclass(frozen=True)
class Entity:
    """A company of the team's own: where it works, which language it writes, and who signs."""

    name: str
    country: str
    subdivision: str
    timezone: str
    locale: str
    creditor: Creditor


@dataclass(frozen=True)
class SendingRules:
    """What must be so before anything goes out, from `sending.toml`; empty rules check nothing.

    `fresh_business_days`: how old the last import of invoices and payments may be. The brake
    stops a channel at `brake_factor` times the median day of the last month, but not below
    `brake_least` messages nor before `brake_days` days with messages are known.
    """

    fresh_business_days: Mapping[str, int] = field(default_factory=dict)
    brake_factor: int = 0
    brake_least: int = 100
    brake_days: int = 10


@dataclass(frozen=True)
class Policies:
    """All policies by name, the assignment, and all entities with the one for names not listed."""

    policies: Mapping[str, Policy]
    assignment: Assignment
    entities: Mapping[str, Entity]
    default_entity: str
    sending: SendingRules = field(default_factory=SendingRules)
    write_offs: WriteOffRules = field(default_factory=WriteOffRules)
    cash: CashRules = field(default_factory=CashRules)
    own_days: OwnDays = NO_DAYS
    own_rates: OwnRates = NO_RATES

    def policy(self, name: str) -> Policy:
        """The policy of this name; raises LookupError, naming those there are."""
        if name not in self.policies:
            listed = ", ".join(sorted(self.policies))
            raise LookupError(f'There is no policy "{name}"; there are {listed}.')
        return self.policies[name]

    def only(self, name: str) -> Policies:
        """These policies with everybody under the one of this name; raises LookupError."""
        self.policy(name)
        return replace(self, assignment=Assignment(default=name, known=frozenset()))

    def for_case(self, case: Case, customer: Customer) -> tuple[Policy, str]:
        """The policy the invoice follows, and the rule that chose it, such as ``segment small``."""
        applies = applicable(self.assignment, case, customer)
        return self.policies[applies.policy], applies.rule

    def entity(self, name: str) -> Entity:
        """The entity of this name, else the default one; a name that is not listed is logged."""
        if name and name not in self.entities:
            _report_unlisted(name, self.default_entity)
        return self.entities.get(name) or self.entities[self.default_entity]


def load_policies(folder: Path, letters_folder: Path | None = None) -> Policies:
    """Read every TOML file of the folder; with `letters_folder`, check that all letters exist.

    Raises InvalidPolicy with the problems of all files at once.
    """
    problems: list[Problem] = []
    paths = [p for p in sorted(folder.glob("*.toml")) if p.name not in _OTHERS]
    own_rates = _if_there(problems, folder / _RATES, parse_own_rates) or NO_RATES
    parse = partial(parse_policy, laws=own_rates.codes)
    read = [(path, _attempt(problems, path, parse)) for path in paths]
    policies = {policy.name: policy for _, policy in read if policy}
    for path, policy in read:
        if policy:
            problems.extend(_misfits(path, policy, letters_folder))
    # A policy that cannot be read still is one: to call it unknown would be a second complaint.
    known = {path.stem for path in paths} | policies.keys()
    assigned = partial(parse_assignment, known_policies=known)
    assignment = _attempt(problems, folder / _ASSIGNMENT, assigned)
    entities = _attempt(problems, folder / _ENTITIES, _parse_entities)
    sending = _if_there(problems, folder / _SENDING, _parse_sending) or SendingRules()
    write_offs = _if_there(problems, folder / _WRITE_OFFS, parse_write_offs) or WriteOffRules()
    cash = _if_there(problems, folder / _CASH, parse_cash_rules) or CashRules()
    own_days = _if_there(problems, folder / _CALENDARS, parse_own_days) or NO_DAYS
    if problems or assignment is None or entities is None:
        raise InvalidPolicy(problems)
    cash = replace(cash, small=write_offs, default_entity=entities[1])
    rules = write_offs, cash, own_days, own_rates
    return Policies(policies, assignment, entities[0], entities[1], sending, *rules)


def _if_there(problems: list[Problem], path: Path, parse: Callable[[str, str], T]) -> T | None:
    return _attempt(problems, path, parse) if path.exists() else None


def _attempt(problems: list[Problem], path: Path, parse: Callable[[str, str], T]) -> T | None:
    try:
        # Editors of Windows put a mark before the text; it is not part of it.
        return parse(path.read_text(encoding="utf-8-sig"), path.name)
    except InvalidPolicy as invalid:
        problems.extend(invalid.problems)
    except OSError as error:
        problems.append(Problem(path.name, "", f"cannot be read: {error.strerror or error}"))
    except UnicodeDecodeError:
        problems.append(Problem(path.name, "", "is not UTF-8 text"))
    return None


def _misfits(path: Path, policy: Policy, letters_folder: Path | None) -> Iterator[Problem]:
    """What only the folders tell: a file named otherwise than its policy, a letter not written."""
    if policy.name != path.stem:
        why = f'the file is called "{path.stem}" and the policy "{policy.name}"; use one name'
        yield Problem(path.name, "name", why)
    for number, step in enumerate(policy.steps, start=1):
        why = _missing_letter(letters_folder, step) if letters_folder and step.letter else ""
        if why:
            yield Problem(path.name, f"step[{number}].letter", why)


def _missing_letter(letters_folder: Path, step: CadenceStep) -> str:
    letters = {path.parent.parent.name for path in letters_folder.glob("*/*/body.txt")}
    if step.letter not in letters:
        return f'there is no letter "{step.letter}"{meant(step.letter, letters)}'
    by_text = "sms" in {step.channel, step.otherwise}
    if by_text and not any((letters_folder / step.letter).glob("*/sms.txt")):
        return f'the letter "{step.letter}" has no words for SMS'
    return ""


def _parse_entities(text: str, file: str) -> tuple[Mapping[str, Entity], str]:
    document = read_document(text, file)
    default, listed = document.text("default"), document.section("entity")
    entities = {name: _entity(name, listed.section(name)) for name in listed}
    if default not in entities and not document.is_refused("default"):
        document.refuse("default", f'there is no entity "{default}"{meant(default, entities)}')
    document.finish()
    return entities, default


def _parse_sending(text: str, file: str) -> SendingRules:
    document = read_document(text, file)
    fresh, brake = document.section("fresh_business_days"), document.section("volume_brake")
    rules = SendingRules(
        fresh_business_days={
            kind: fresh.whole(kind, default=0) for kind in ("invoices", "payments")
        },
        brake_factor=brake.whole("times_the_median", default=0),
        brake_least=brake.whole("but_at_least", default=100, least=1),
        brake_days=brake.whole("days_known", default=10, least=1),
    )
    document.finish()
    return rules


def _entity(name: str, section: Section) -> Entity:
    timezone = section.text("timezone")
    if timezone not in available_timezones() and not section.is_refused("timezone"):
        known = available_timezones()
        section.refuse("timezone", f'"{timezone}" is not a time zone{meant(timezone, known)}')
    return Entity(
        name=name,
        country=section.text("country"),
        subdivision=section.text("subdivision", ""),
        timezone=timezone,
        locale=section.text("locale"),
        creditor=_creditor(section.section("creditor")),
    )


def _creditor(section: Section) -> Creditor:
    return Creditor(
        name=section.text("name"),
        address=section.text("address"),
        email=section.text("email"),
        phone=section.text("phone", ""),
        bank_details=section.text("bank_details"),
        sender_name=section.text("sender_name"),
        sender_title=section.text("sender_title", ""),
        manager_name=section.text("manager_name"),
        iban=_checked(section, "iban", normal_iban),
        bic=_checked(section, "bic", normal_bic),
        registration=section.text("registration", ""),
    )


def _checked(section: Section, key: str, normal: Callable[[str], str]) -> str:
    """An account number that is right, and the one the bank details name; "" where none is given.

    Two numbers in one letter would send the money two ways.
    """
    written = section.text(key, "")
    if not written:
        return ""
    try:
        number = normal(written)
    except ValueError as error:
        section.refuse(key, str(error))
        return ""
    if number not in "".join(section.text("bank_details").split()).upper():
        section.refuse(key, f'"{written}" does not stand in bank_details')
    return number


@cache
def _report_unlisted(name: str, default: str) -> None:
    """Say once, not for every letter, that an entity of the ledger is not in the file."""
    _log.warning("entity_not_listed", entity=name, speaks_as=default, file=_ENTITIES)
