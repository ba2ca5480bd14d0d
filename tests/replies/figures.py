"""Prints how well labelled messages are read: `python -m tests.replies.figures [FILE…]`."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from commands import printing
from replies.reading import Reading, read_reply

MESSAGES = Path(__file__).with_name("messages")


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled message with what was read in it."""

    label: dict[str, Any]
    reading: Reading

    @property
    def right_sets(self) -> list[set[str]]:
        """The sets of intents that count as right."""
        return [set(self.label["intents"]), *map(set, self.label.get("also_right", []))]

    @property
    def is_exact(self) -> bool:
        """Whether exactly a right set was found."""
        return set(self.reading.intents) in self.right_sets

    @property
    def right_dates(self) -> list[str | None]:
        """The promised dates that count as right; None where there is none."""
        return [self.label["promised_date"], *self.label.get("dates_also_right", [])]

    @property
    def is_date_exact(self) -> bool:
        """Whether the promised date, or that there is none, is right."""
        day = self.reading.promised_date
        return (day.isoformat() if day else None) in self.right_dates


def judged(files: Iterable[Path]) -> list[Judged]:
    """Read every message of the files."""
    rows = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    return [Judged(row, _read(row)) for row in rows]


def figures(all_judged: Sequence[Judged]) -> dict[str, float]:
    """The four measures of the labelling rules, as shares from 0 to 1."""
    stops = [one for one in all_judged if "opt_out" in one.label["intents"]]
    others = [one for one in all_judged if not any("opt_out" in right for right in one.right_sets)]
    silent = [
        one for one in all_judged if not any("promise_to_pay" in right for right in one.right_sets)
    ]
    dated = [one for one in all_judged if one.label["promised_date"]]
    return {
        "messages": len(all_judged),
        "exact_set": _share(one.is_exact for one in all_judged),
        "opt_out_recall": _share(one.reading.stop_contact for one in stops),
        "false_stops": _share(one.reading.stop_contact for one in others),
        "false_promises": _share("promise_to_pay" in one.reading.intents for one in silent),
        "dates_exact": _share(one.is_date_exact for one in dated),
        "dates_right_or_rightly_none": _share(one.is_date_exact for one in all_judged),
        "amounts_exact": _share(_is_amount_exact(one) for one in all_judged),
        "left_to_people": _share(one.reading.needs_person for one in all_judged),
        "wrong_and_sure": _share(
            not one.is_exact and not one.reading.needs_person for one in all_judged
        ),
    }


def per_intent(all_judged: Sequence[Judged]) -> dict[str, tuple[float, float, int]]:
    """Precision, recall and count of each intent; an intent of any right set is no mistake."""
    given, right, wanted, met = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for one in all_judged:
        allowed = set().union(*one.right_sets)
        given.update(one.reading.intents)
        right.update(set(one.reading.intents) & allowed)
        wanted.update(one.label["intents"])
        met.update(set(one.reading.intents) & set(one.label["intents"]))
    return {
        intent: (right[intent] / max(1, given[intent]), met[intent] / count, count)
        for intent, count in sorted(wanted.items())
    }


def _read(row: dict[str, Any]) -> Reading:
    return read_reply(
        row["text"],
        received_at=datetime.fromisoformat(row["received_at"]),
        channel=row["channel"],
        locale=row.get("locale", ""),
    )


def _is_amount_exact(one: Judged) -> bool:
    amount = one.reading.promised_amount
    return (f"{amount:.2f}" if amount is not None else None) == (
        f"{float(one.label['promised_amount']):.2f}" if one.label["promised_amount"] else None
    )


def _share(answers: Iterable[bool]) -> float:
    given = list(answers)
    return sum(given) / len(given) if given else 1.0


def _print(title: str, all_judged: Sequence[Judged]) -> None:
    found = figures(all_judged)
    shares = "  ".join(f"{name} {value:.1%}" for name, value in found.items() if name != "messages")
    printing.say(f"{title} ({found['messages']} messages)  {shares}")


def _print_misses(all_judged: Sequence[Judged]) -> None:
    for one in all_judged:
        if not one.is_exact or not one.is_date_exact or not _is_amount_exact(one):
            read, label = one.reading, one.label
            printing.say(f"{label['id']} [{read.language}] {label['text'][:300]!r}")
            printing.say(
                f"    wanted {label['intents']} {label['promised_date']} {label['promised_amount']}"
            )
            found = (list(read.intents), read.promised_date, read.promised_amount)
            printing.say(f"    read   {found}")
            printing.say(f"    rules  {[(words.intent, words.rule) for words in read.evidence]}")


def main(arguments: Sequence[str]) -> None:
    """Figures of the named files, or of all; `--misses` lists what was read wrongly."""
    names = [Path(name) for name in arguments if not name.startswith("--")]
    found = judged(names or sorted(MESSAGES.glob("*.jsonl")))
    if "--misses" in arguments:
        _print_misses(found)
    _print("all", found)
    for key in ("language", "channel"):
        for value in sorted({one.label[key] for one in found}):
            _print(value, [one for one in found if one.label[key] == value])
    for intent, (precision, recall, count) in per_intent(found).items():
        printing.say(f"{intent:16} precision {precision:.1%}  recall {recall:.1%}  of {count}")


if __name__ == "__main__":
    main(sys.argv[1:])
