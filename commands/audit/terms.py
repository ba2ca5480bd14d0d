"""What the auditor compares with: the policies in force on each day, read from the books."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from activities.planning import Planner
from activities.policies import Policies
from activities.policy_versions import PolicyVersions
from dunning.audit.terms import PoliciesInForce
from dunning.audit.timeline import Reign, Timeline, reigns_of
from dunning.audit.trials import trials_of
from dunning.may import NotAllowed
from dunning.own_days import NO_DAYS, OwnDays, merged
from dunning.policy import Policy
from dunning.policy_version_facts import PolicyVersionFact
from ledger.books import Books
from ledger.experiments import experiment_histories
from ledger.policy_versions import damaged_contents, policy_history

Fresh = Mapping[str, int]


@dataclass(frozen=True)
class KeptTerms:
    """The policies in force, how old imports might be when, and what happened to versions."""

    terms: PoliciesInForce | Timeline
    fresh: Fresh
    fresh_later: Sequence[tuple[datetime, Fresh]] = ()
    versions: Sequence[PolicyVersionFact] = ()
    damaged: frozenset[str] = frozenset()
    own_days: OwnDays = NO_DAYS


def kept_terms(books: Books, planner: Planner, policy: str = "") -> KeptTerms:
    """The terms of an audit: by the versions in the books, or by one policy for everybody."""
    trials = trials_of(list(experiment_histories(books).values()))
    if planner.versions is None or policy:
        policies = planner.policies.only(policy) if policy else planner.policies
        always = replace(Timeline.always(_terms(policies)), trials=() if policy else trials)
        return KeptTerms(always, _fresh(planner, policies), own_days=policies.own_days)
    history = policy_history(books)
    known = _read(planner.versions, reigns_of(history))
    reigns = [(reign, _terms(policies)) for reign, policies in known]
    return KeptTerms(
        terms=Timeline(reigns, history[0].at, trials),
        fresh=_fresh(planner, known[0][1]),
        fresh_later=[(reign.since, _fresh(planner, one)) for reign, one in known[1:]],
        versions=history,
        damaged=frozenset(damaged_contents(books.connection, history)),
        own_days=merged((_first_day(reign), one.own_days) for reign, one in known),
    )


def _first_day(reign: Reign) -> date:
    """The UTC day from which on the version says which days are off."""
    return reign.since.astimezone(UTC).date()


def _read(versions: PolicyVersions, reigns: Sequence[Reign]) -> list[tuple[Reign, Policies]]:
    """The policies of each version; a policy that did not change stays the same object."""
    found: list[tuple[Reign, Policies]] = []
    for reign in reigns:
        try:
            policies = versions.load(reign.version).policies
        except NotAllowed:
            # Its content was damaged, which is a finding of its own.
            if not found:
                raise
            policies = found[-1][1]
        found.append((reign, _with_same(policies, found[-1][1].policies if found else {})))
    return found


def _with_same(policies: Policies, before: Mapping[str, Policy]) -> Policies:
    plain = {name: replace(one, policies_version=0) for name, one in policies.policies.items()}
    same = {name: before[name] if before.get(name) == one else one for name, one in plain.items()}
    return replace(policies, policies=same)


def _fresh(planner: Planner, policies: Policies) -> Fresh:
    """How old imports may be, where somebody watches it at all."""
    return policies.sending.fresh_business_days if planner.watch else {}


def _terms(policies: Policies) -> PoliciesInForce:
    assigned = policies.assignment
    return PoliciesInForce(
        policies=policies.policies,
        default=assigned.default,
        named=assigned.known,
        customer=assigned.customer,
        segment=assigned.segment,
        entity=assigned.entity,
        debtor=assigned.debtor,
        rates=policies.own_rates,
    )
