"""What people do to several things of the work queue at once, each with its own outcome."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from commands.acting import Acting
from commands.authority import needs
from commands.cases.actions import Actions
from commands.cases.decision_actions import DecisionActions
from dunning.may import NotAllowed
from dunning.people import check_right
from dunning.task_facts import Delegated
from ledger.books import Books
from ledger.people import person_of
from ledger.tasks import OpenTask, invoices_of_tasks, task_of

T = TypeVar("T", bound=Acting)
# More at once nobody has looked at one by one.
MOST_ITEMS, MOST_INVOICES = 100, 200
_ASSIGNED_DAYS = 90


@dataclass(frozen=True)
class Outcome:
    """What came of one thing: done, or refused with its reason."""

    task: str
    done: bool
    said: str


@dataclass(frozen=True)
class WorkActions(Acting):
    """Actions at several tasks at once; a refusal of one does not stop the others."""

    @needs("follow_up")
    def pause_work(
        self, tasks: Sequence[str], reason: str, until: date | None, note: str
    ) -> list[Outcome]:
        """Pause every open invoice of each task."""
        actions = self._as(Actions)
        return self._each(
            tasks,
            lambda one: self._for_invoices(one, lambda i: actions.pause(i, reason, until, note)),
        )

    @needs("follow_up")
    def escalate_work(self, tasks: Sequence[str], role: str, note: str) -> list[Outcome]:
        """Escalate every open invoice of each task to a role."""
        actions = self._as(Actions)
        return self._each(
            tasks, lambda one: self._for_invoices(one, lambda i: actions.escalate(i, role, note))
        )

    def approve_work(self, tasks: Sequence[str], note: str) -> list[Outcome]:
        """Approve the letter or the proposal that each task asks about."""
        return self._each(tasks, lambda one: self._approve(one, note))

    @needs("assign")
    def assign_work(
        self, tasks: Sequence[str], to: str, note: str, until: date | None = None
    ) -> list[Outcome]:
        """Give each task to a person, for ninety days unless a day is given."""
        with self.ledger.reading() as books:
            person = person_of(books.connection, to)
        if person is None:
            raise NotAllowed(f"Nobody on the team is called {to!r}.")
        check_right(person, "follow_up")
        last = until or (self.now + timedelta(days=_ASSIGNED_DAYS)).date()
        if last < self.now.date():
            raise NotAllowed(f"{last} has passed.")
        return self._each(tasks, lambda one: self._assign(one, person.person, note, last))

    def _each(self, tasks: Sequence[str], act: Callable[[OpenTask], str]) -> list[Outcome]:
        chosen = list(dict.fromkeys(tasks))
        if not chosen:
            raise NotAllowed("Nothing is chosen.")
        if len(chosen) > MOST_ITEMS:
            raise NotAllowed(f"At most {MOST_ITEMS} at once; {len(chosen)} are chosen.")
        return [self._one(name, act) for name in chosen]

    def _one(self, name: str, act: Callable[[OpenTask], str]) -> Outcome:
        try:
            return Outcome(name, done=True, said=act(self._open_task(name)))
        except NotAllowed as refused:
            return Outcome(name, done=False, said=str(refused))

    def _open_task(self, name: str) -> OpenTask:
        with self.ledger.reading() as books:
            task = task_of(books.connection, name)
        if task is None:
            raise NotAllowed("This is done already, or was never to do.")
        return task

    def _for_invoices(self, task: OpenTask, act: Callable[[str], object]) -> str:
        with self.ledger.reading() as books:
            invoices = invoices_of_tasks(books.connection, [task.task])[task.task]
        if len(invoices) > MOST_INVOICES:
            raise NotAllowed(
                f"It is about {len(invoices):,} invoices: do it for the whole customer instead."
            )
        refused = []
        for invoice in invoices:
            try:
                act(invoice)
            except NotAllowed as one:
                refused.append(str(one))
        if refused:
            left = len(invoices) - len(refused)
            raise NotAllowed(f"{left} of {len(invoices)} invoices done. {' '.join(refused[:3])}")
        return f"{len(invoices)} invoices"

    def _approve(self, task: OpenTask, note: str) -> str:
        self._as(DecisionActions).approve_task(task.task, note)
        return "approved"

    def _assign(self, task: OpenTask, to: str, note: str, until: date) -> str:
        fact = Delegated(at=self.now, by=self.by, of=task.task, to=to, until=until, note=note)

        def work(books: Books) -> None:
            books.append(f"delegation:{task.task}", fact)

        self.ledger.transact(work)
        return f"given to {to} until {until}"

    def _as(self, actions: type[T]) -> T:
        """Other actions of the same person at the same moment."""
        return actions(self.ledger, self.planner, self.by, self.now)
