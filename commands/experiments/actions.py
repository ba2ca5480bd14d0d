"""Starting and stopping experiments, as people do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from activities.letters import Letters
from activities.planning import Planner
from commands.authority import needs
from dunning.experiment_facts import ExperimentStarted, ExperimentStopped
from dunning.experiments import Experiment, objections
from dunning.may import NotAllowed
from ledger.books import Books
from ledger.experiments import EXPERIMENT_STREAM, all_experiments
from ledger.ledger import Ledger


@dataclass(frozen=True)
class ExperimentActions:
    """What a person does with experiments, now."""

    ledger: Ledger
    planner: Planner
    letters: Letters
    by: str
    now: datetime

    @needs("approve_policy")
    def start(self, terms: ExperimentStarted) -> Experiment:
        """Start an experiment. Raises NotAllowed with every reason that speaks against it."""
        _named(self.by)
        policies = self.planner.policies_at(self.now).policies
        letters = self.planner.letters_at(self.now, self.letters).names()

        def work(books: Books) -> Experiment:
            books.lock_customers(["experiments"])
            others = all_experiments(books)
            policy, today = policies.get(terms.policy), self.now.astimezone(UTC).date()
            against = list(objections(terms, policy, letters, others, today))
            if against:
                raise NotAllowed(" ".join(against))
            books.append(EXPERIMENT_STREAM, terms)
            return Experiment(terms)

        return self.ledger.transact(work)

    @needs("draft_policy")
    def stop(self, name: str, reason: str) -> Experiment:
        """Give everybody the policy unchanged again. Raises NotAllowed."""
        _named(self.by)
        if not reason.strip():
            raise NotAllowed("Say why the experiment is stopped, with --reason.")

        def work(books: Books) -> Experiment:
            books.lock_customers(["experiments"])
            known = found(books, name)
            if known.stopped_at:
                raise NotAllowed(f"Experiment {name} was stopped already.")
            stopped = ExperimentStopped(at=self.now, by=self.by, experiment=name, reason=reason)
            books.append(EXPERIMENT_STREAM, stopped)
            return found(books, name)

        return self.ledger.transact(work)


def found(books: Books, name: str) -> Experiment:
    """The experiment of this name. Raises NotAllowed."""
    known = {one.name: one for one in all_experiments(books)}
    if name not in known:
        raise NotAllowed(f"There is no experiment {name}.")
    return known[name]


def _named(by: str) -> None:
    if not by.strip():
        raise NotAllowed("Say who you are, with --by.")
