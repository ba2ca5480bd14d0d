"""What is made of the real bounces in the shared data: ``python -m tests.intake.mail.figures``.

The truth is in the folders and file names of the collection: ``not`` holds mails that are no
bounces, ``arf-`` are feedback reports, ``rfc3834-`` automatic replies, all others are failures
and delays. The names below differ from it for a reason of their own.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from intake.mail.message import IncomingMail, Kind, TooBig
from intake.mail.reading import read_mail
from tests.intake.mail.mails import BOUNCES, real_mails

_FAILURES = frozenset({"bounce", "delayed"})
# What the collection files under a format, but is something else for us.
JUDGED_OTHERWISE = {
    "bsd/arf-18": "auto_reply: a DMARC report on a forged sender, nobody complained",
    "bsd/arf-19": "auto_reply: the same",
    "bsd/arf-20": "auto_reply: the same",
    "bsd/rfc3464-28": "auto_reply: the report says that the mail was relayed",
    "bsd/lhost-sendmail-14": "message: a person forwards a bounce",
    "err/make-test-36": "message: the same",
    "not/rb-issue-368-bug": "bounce: the letter says that our mail was rejected, mailbox full",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """A real mail, what it should be taken for, and what it was taken for."""

    name: str
    expected: str
    mail: IncomingMail
    seconds: float

    @property
    def is_missed(self) -> bool:
        """Whether it was taken for something else than it is."""
        found = "failure" if self.mail.kind in _FAILURES else self.mail.kind
        return found != self.expected


def outcomes() -> Iterator[Outcome]:
    """Every real mail of the collection, read."""
    for path in real_mails(BOUNCES):
        raw = path.read_bytes()
        began = time.perf_counter()
        mail = read_mail(raw)
        seconds = time.perf_counter() - began
        assert not isinstance(mail, TooBig)
        name = f"{path.parent.name}/{path.stem}"
        yield Outcome(name, expected(name), mail, seconds)


def expected(name: str) -> str:
    """What a mail of the collection is: failure, complaint, auto_reply or message."""
    if name in JUDGED_OTHERWISE:
        kind = JUDGED_OTHERWISE[name].partition(":")[0]
        return "failure" if kind in _FAILURES else kind
    folder, _, stem = name.partition("/")
    if folder == "not":
        return "message"
    starts = {"arf": "complaint", "rfc3834": "auto_reply"}
    return starts.get(stem.partition("-")[0], "failure")


def table(found: list[Outcome]) -> str:
    """The figures as a table for people."""
    rows = Counter((each.name.partition("/")[0], each.mail.kind) for each in found)
    folders = sorted({folder for folder, _ in rows})
    kinds: tuple[Kind, ...] = ("bounce", "delayed", "complaint", "auto_reply", "message")
    lines = [f"{'folder':<8}" + "".join(f"{kind:>12}" for kind in kinds)]
    lines += [
        f"{folder:<8}" + "".join(f"{rows[folder, kind]:>12}" for kind in kinds)
        for folder in folders
    ]
    failures = [each for each in found if each.mail.kind in _FAILURES]
    named = [each for each in failures if each.mail.bounced]
    coded = [each for each in failures if any(one.status for one in each.mail.bounced)]
    returned = [each for each in failures if each.mail.returned.message_id]
    seconds = [each.seconds for each in found]
    missed = [each.name for each in found if each.is_missed]
    return "\n".join(
        [
            *lines,
            f"mails {len(found)}, missed {len(missed)} ({len(missed) / len(found):.1%})",
            *(f"  missed: {name}" for name in missed),
            *(f"  judged otherwise: {name}: {why}" for name, why in JUDGED_OTHERWISE.items()),
            f"failures {len(failures)}, with an address {len(named)}",
            f"with a status code {len(coded)}, with the returned Message-ID {len(returned)}",
            f"seconds {sum(seconds):.1f}, slowest {max(seconds):.3f}",
        ]
    )


if __name__ == "__main__":
    if not BOUNCES.is_dir():
        sys.exit("The shared data with the real bounces is not here.")
    print(table(list(outcomes())))  # noqa: T201 - a command that prints its figures
