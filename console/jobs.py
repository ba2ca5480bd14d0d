"""Long work that a page starts: done beside the pages, one after another, with its progress.

How far a job is and what came of it stand in the books, so that every desk over them answers for
it; only whoever began it is told.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import datetime
from threading import Lock, Thread
from typing import Any, TypeVar

import structlog
from sqlalchemy import Row
from sqlalchemy.exc import SQLAlchemyError

from console.outcomes import packed, unpacked
from dunning.may import NotAllowed
from ledger.books import Books
from ledger.desk_jobs import (
    SILENCE,
    beat,
    begin_job,
    count_living,
    end_job,
    job_of,
    latest_job,
    outcome_of_job,
)
from ledger.ledger import Ledger
from worker import utc_now

Progress = Callable[[int, int], None]
T = TypeVar("T")
_MOST_WAITING = 5
_BEAT_SECONDS = 2.0
# Of what was looked at last, so many outcomes are ready in the memory of the process.
_MOST_READY = 3
_LARGEST = 200_000_000
_NAMES = ("job", "kind", "title", "person", "about", "location")
_GONE = "This job ended long ago, or somebody else began it: begin it again."
_SILENT = "The desk that did this has ended meanwhile: begin it again."
_FAILED = "It could not be done; the log says why."
_TOO_LARGE = "What came of it is too large to be kept here: ask for it on the command line."
_log = structlog.get_logger()


@dataclass
class Job:
    """One piece of work: how far it is, and where its outcome is shown once it is done.

    `job` is the number of the form that began it, `title` an English text of the words. `about`
    tells its outcome from others of its kind. Until it has one `location` is where to begin again.
    """

    job: str
    kind: str
    title: str
    person: str
    about: str = ""
    done: int = 0
    total: int = 0
    is_over: bool = False
    problem: str = ""
    location: str = ""
    outcome: bytes = b""

    def progress(self, done: int, total: int) -> None:
        """Note how far it is."""
        self.done, self.total = min(done, total), total

    def keep(self, value: object, of: Any) -> None:  # noqa: ANN401 - a type, or a form such as dict[str, int]
        """Keep what came of it, a value of such a type. Raises NotAllowed when it is too large."""
        self.outcome = packed(value, of)
        if len(self.outcome) > _LARGEST:
            raise NotAllowed(_TOO_LARGE)


Work = Callable[[Job], str]


@dataclass
class Jobs:
    """The jobs over some books; of those of one process only one runs at a time."""

    ledger: Ledger
    clock: Callable[[], datetime] = utc_now
    _mine: dict[str, Job] = field(default_factory=dict)
    _ready: OrderedDict[str, tuple[Any]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)
    _threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="desk-job")
    )

    def start(self, job: Job, work: Work) -> None:
        """Begin, or wait in line; `work` answers with the page of its outcome.

        Raises NotAllowed when too much waits already, whichever desk does it.
        """
        named = {name: getattr(job, name) for name in _NAMES}
        empty = {"done": 0, "total": 0, "size": 0, "problem": ""}
        now = self.clock()

        def begun(books: Books) -> None:
            if count_living(books.connection, now) >= _MOST_WAITING:
                raise NotAllowed("Several such jobs are waiting already: try again in a while.")
            begin_job(books.connection, named | empty, now)

        self.ledger.transact(begun)
        with self._lock:
            self._mine[job.job] = job
            if len(self._mine) == 1:
                Thread(target=self._beat, name="desk-beat", daemon=True).start()
        self._threads.submit(self._run, job, work)

    def known(self, job: str, person: str) -> Job:
        """The job of this number. Raises NotAllowed when the person began none, or long ago."""
        with self.ledger.reading() as books:
            row = job_of(books.connection, job, person)
        if row is None:
            raise NotAllowed(_GONE)
        return self._told(row)

    def outcome(self, job: str, person: str, kind: str, of: type[T], about: str = "") -> T:
        """What came of a job of this kind. Raises NotAllowed when there is none."""
        with self.ledger.reading() as books:
            row = job_of(books.connection, job, person)
            if row is None or not row.size or (row.kind, row.about) != (kind, about):
                raise NotAllowed(_GONE)
            ready = self._ready.get(job)
            content = b"" if ready else outcome_of_job(books.connection, job) or b""
        value: T = ready[0] if ready else unpacked(content, of)
        with self._lock:
            self._ready[job] = (value,)
            self._ready.move_to_end(job)
            while len(self._ready) > _MOST_READY:
                self._ready.popitem(last=False)
        return value

    def has(self, job: str, person: str) -> bool:
        """Whether the person began the job and it has an outcome."""
        with self.ledger.reading() as books:
            row = job_of(books.connection, job, person)
        return row is not None and row.size > 0

    def latest(self, kind: str, person: str) -> str:
        """The person's job of a kind that ended last with an outcome; "" for none."""
        with self.ledger.reading() as books:
            return latest_job(books.connection, kind, person)

    def _told(self, row: Row[Any]) -> Job:
        silent = row.ended_at is None and row.beat_at < self.clock() - SILENCE
        return Job(
            row.job,
            row.kind,
            row.title,
            row.person,
            row.about,
            row.done,
            row.total,
            is_over=silent or row.ended_at is not None,
            problem=_SILENT if silent else row.problem,
            location=row.location,
        )

    def _run(self, job: Job, work: Work) -> None:
        try:
            job.location = work(job)
        except NotAllowed as refused:
            job.problem = str(refused)
        except Exception:  # noqa: BLE001 - whatever it was, whoever waits must be told
            _log.exception("a job of the desk failed", job=job.kind)
            job.problem = _FAILED
        finally:
            self._end(job)

    def _end(self, job: Job) -> None:
        told = asdict(job)
        ended = {name: told[name] for name in ("done", "total", "problem", "location")}
        if not job.problem:
            ended |= {"outcome": job.outcome, "size": len(job.outcome)}
        now = self.clock()
        try:
            self.ledger.transact(lambda books: end_job(books.connection, job.job, ended, now))
        except SQLAlchemyError:
            # Whoever waits is told that the desk fell silent.
            _log.exception("a job of the desk could not be kept", job=job.kind)
        with self._lock:
            self._mine.pop(job.job, None)

    def _beat(self) -> None:
        """Say that this process is still at its jobs, and how far, until there are none."""
        while True:
            time.sleep(_BEAT_SECONDS)
            with self._lock:
                told = [(one.job, one.done, one.total) for one in self._mine.values()]
                if not told:
                    return
            now = self.clock()
            try:
                self.ledger.transact(lambda books: beat(books.connection, told, now))  # noqa: B023 - done at once
            except SQLAlchemyError:
                _log.exception("a desk could not say that it is at its jobs")
