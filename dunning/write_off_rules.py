"""Who may give money up: small balances go by themselves, the rest needs two people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from dunning.money import Money
from dunning.policy_document import Section, read_document

DEFAULT = "default"
_SMALL = MappingProxyType({DEFAULT: Decimal("25.00")})


@dataclass(frozen=True)
class Approver:
    """A role and the most it may approve by currency, in major units; no limit without amounts."""

    role: str
    most: Mapping[str, Decimal]


@dataclass(frozen=True)
class WriteOffRules:
    """What `write_offs.toml` says: amounts in major units, `default` for currencies not listed.

    Up to `small` nobody else is asked; `automatic` writes such a rest off once it was paid short.
    Approvers stand in the order of their limits.
    """

    small: Mapping[str, Decimal] = field(default_factory=lambda: _SMALL)
    automatic: bool = True
    approvers: tuple[Approver, ...] = (
        Approver("ar_lead", MappingProxyType({DEFAULT: Decimal("1000.00")})),
        Approver("controller", MappingProxyType({DEFAULT: Decimal("10000.00")})),
        Approver("finance_director", MappingProxyType({})),
    )

    def limit(self, currency: str) -> Money:
        """Up to how much one person, or the rule for small balances, gives up alone."""
        least = self.small.get(currency, self.small[DEFAULT])
        return Money.parse(least.quantize(Money(1, currency).major), currency)

    def is_small(self, amount: Money) -> bool:
        """Whether nobody else has to be asked."""
        return amount <= self.limit(amount.currency)

    def approver_of(self, amount: Money) -> str | None:
        """The role with the lowest limit that covers the amount, if there is one."""
        return next((one.role for one in self.approvers if _covers(one, amount)), None)

    def may_approve(self, role: str, amount: Money) -> bool:
        """Whether the role's limit covers the amount; one not listed has none."""
        return any(one.role == role and _covers(one, amount) for one in self.approvers)

    @property
    def roles(self) -> tuple[str, ...]:
        """Every role that approves something."""
        return tuple(one.role for one in self.approvers)


def parse_write_offs(text: str, file: str) -> WriteOffRules:
    """The rules of a TOML text. Raises InvalidPolicy with all problems of the text."""
    document = read_document(text, file)
    small = document.section("small_balance")
    usual = WriteOffRules()
    rules = WriteOffRules(
        small=_amounts(small, ("automatic",)) or usual.small,
        automatic=small.flag("automatic", default=usual.automatic),
        approvers=tuple(_approver(one) for one in document.sections("approver")),
    )
    if not rules.approvers:
        document.refuse("approver", "is missing: say who approves what is above small balances")
    if DEFAULT not in rules.small:
        small.refuse(DEFAULT, "is missing: it holds for the currencies that are not listed")
    document.finish()
    return rules


def _approver(section: Section) -> Approver:
    most = _amounts(section, ("role",))
    if most and DEFAULT not in most:
        section.refuse(DEFAULT, "is missing: it holds for the currencies that are not listed")
    return Approver(section.name("role"), most)


def _amounts(section: Section, others: tuple[str, ...]) -> Mapping[str, Decimal]:
    return MappingProxyType({key: section.amount(key) for key in section if key not in others})


def _covers(one: Approver, amount: Money) -> bool:
    most = one.most.get(amount.currency, one.most.get(DEFAULT))
    return most is None or amount.major <= most
