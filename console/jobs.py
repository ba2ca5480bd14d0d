"""Long work that a page starts: done beside the pages, one after another, with its progress."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock

import structlog

from dunning.may import NotAllowed

Progress = Callable[[int, int], None]
# Of what was done so long ago nobody waits for the answer any more.
_MOST_KEPT = 40
_MOST_WAITING = 5
_GONE = "This job ended long ago, or another process of the desk did it: start it again here."
_FAILED = "It could not be done; the log says why."
_log = structlog.get_logger()


@dataclass
class Job:
    """One piece of work: how far it is, and where its outcome is shown once it is done.

    `job` is the number of the form that began it, `title` an English text of the words. `outcome`
    stays in this process only.
    """

    job: str
    kind: str
    title: str
    done: int = 0
    total: int = 0
    is_over: bool = False
    problem: str = ""
    location: str = ""
    outcome: object = None

    def progress(self, done: int, total: int) -> None:
        """Note how far it is."""
        self.done, self.total = min(done, total), total


Work = Callable[[Job], str]


@dataclass
class Jobs:
    """The jobs of one process; only one runs at a time, so that pages stay quick."""

    _known: dict[str, Job] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="desk-job")
    )

    def start(self, job: Job, work: Work) -> None:
        """Begin, or wait in line; `work` answers with the page of its outcome.

        Raises NotAllowed when too much waits already.
        """
        with self._lock:
            waiting = sum(not one.is_over for one in self._known.values())
            if waiting >= _MOST_WAITING:
                raise NotAllowed("Several such jobs are waiting already: try again in a while.")
            over = [name for name, one in self._known.items() if one.is_over]
            for name in over[: max(0, len(self._known) + 1 - _MOST_KEPT)]:
                del self._known[name]
            self._known[job.job] = job
        self._threads.submit(_run, job, work)

    def known(self, job: str) -> Job:
        """The job of this number. Raises NotAllowed when there is none, or no longer."""
        found = self._known.get(job)
        if found is None:
            raise NotAllowed(_GONE)
        return found

    def has(self, job: str) -> bool:
        """Whether the job is known and has an outcome."""
        found = self._known.get(job)
        return found is not None and found.outcome is not None

    def latest(self, kind: str) -> Job | None:
        """The job of a kind that ended last with an outcome."""
        known = list(self._known.values())
        ended = (one for one in reversed(known) if one.kind == kind and one.outcome is not None)
        return next(ended, None)


def _run(job: Job, work: Work) -> None:
    try:
        job.location = work(job)
    except NotAllowed as refused:
        job.problem = str(refused)
    except Exception:  # noqa: BLE001 - whatever it was, whoever waits must be told
        _log.exception("a job of the desk failed", job=job.kind)
        job.problem = _FAILED
    finally:
        job.is_over = True
