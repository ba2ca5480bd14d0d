"""Experiments: every one that was ever started, by its facts."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import cast

from dunning.experiment_facts import ExperimentFact
from dunning.experiments import Experiment, fold_experiment
from ledger.books import Books

# One stream for all of them, so that two people never start two on one step, and found at once.
EXPERIMENT_STREAM = "experiment:register"


def experiment_histories(books: Books) -> dict[str, list[ExperimentFact]]:
    """The facts of every experiment by its name, in the order of the names."""
    found: dict[str, list[ExperimentFact]] = defaultdict(list)
    facts = books.histories([EXPERIMENT_STREAM]).get(EXPERIMENT_STREAM, [])
    for fact in cast("list[ExperimentFact]", facts):
        found[fact.experiment].append(fact)
    return dict(sorted(found.items()))


def experiments_until(books: Books, moment: datetime) -> tuple[Experiment, ...]:
    """Every experiment as it was known at a moment."""
    histories = experiment_histories(books).values()
    known = ([fact for fact in history if fact.at <= moment] for history in histories)
    return tuple(fold_experiment(history) for history in known if history)


def all_experiments(books: Books) -> tuple[Experiment, ...]:
    """Every experiment, over or not, in the order of the names."""
    return tuple(fold_experiment(history) for history in experiment_histories(books).values())
