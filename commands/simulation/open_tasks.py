"""The open tasks of one customer in a simulation: many invoices share one of a kind."""

from __future__ import annotations

from collections import defaultdict

from activities import tasks
from dunning.case import Case
from dunning.facts import InvoiceFact, TaskClosed, TaskOpened
from dunning.situation import Situation


class OpenTasks:
    """Which tasks are open, of which kind, and which invoices they are about."""

    def __init__(self) -> None:
        self._kinds: dict[str, tuple[str, str]] = {}
        self._about: dict[str, set[str]] = defaultdict(set)

    def remember(self, case: Case) -> None:
        """Take in what is open of a case already."""
        for task in case.tasks:
            if not task.outcome:
                self._kinds[task.task] = _kind(task.what, task.step)
                self._about[task.task].add(case.invoice)

    def note(self, invoice: str, fact: InvoiceFact) -> None:
        """Take in what becomes of the tasks of an invoice."""
        if isinstance(fact, TaskOpened):
            self._kinds[fact.task] = _kind(fact.what, fact.step)
            self._about[fact.task].add(invoice)
        elif isinstance(fact, TaskClosed):
            self._about[fact.task].discard(invoice)

    def task_for(self, situation: Situation, what: str, step: str) -> str:
        """The customer's open task of this kind, or a new one; many invoices share it."""
        alike = (task for task, kind in self._kinds.items() if kind == _kind(what, step))
        known = next((task for task in alike if self._about[task]), None)
        return known or tasks.task_name(situation, what, step)


def _kind(what: str, step: str) -> tuple[str, str]:
    """Tasks of one kind are one task."""
    return what, step if what in tasks.OF_ONE_STEP else ""
