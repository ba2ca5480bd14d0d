"""The sample of an evidence pack: touches drawn by a seed, each with its timeline and its words."""

from __future__ import annotations

import hashlib
import heapq
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from commands.audit.pack_lists import as_csv, worded
from dunning.personal import SALT
from dunning.touch_facts import TouchStarted
from ledger.audit_pack import Link, links_of, sha256_of, touches_started, words_of
from ledger.books import Books
from ledger.erased import MESSAGE_, erased_in, erased_of_stream
from ledger.merkle import Heads

# A touch is a control that works many times a day: 25 to 60 are looked at, more for more days.
SIZES = ((7, 25), (31, 30), (92, 45))
LARGEST = 60
# So many cases with findings come on top.
MOST_FOUND = 25
_BANDS = (100_000, 1_000_000)
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Draw:
    """Which touches to draw: of these days, by this seed, so many."""

    first: date
    last: date
    seed: str
    size: int


@dataclass(frozen=True, order=True)
class Drawn:
    """A touch that was drawn; `rank` is its place in the order that the seed makes."""

    rank: str
    stream: str
    number: int
    attempt: str
    stratum: str


def draw_of(first: date, last: date, root: str, found: int) -> Draw:
    """How many touches to draw and by which seed; an exception extends the sample."""
    days = (last - first).days + 1
    size = LARGEST if found else next((n for most, n in SIZES if days <= most), LARGEST)
    return Draw(first, last, sha256_of(f"{first}|{last}|{root}".encode()), size)


def drawn(books: Books, draw: Draw, first: datetime, last: datetime) -> list[Drawn]:
    """The touches drawn, stratified by channel, level and amount.

    Every stratum gives one, larger ones more in proportion; within a stratum those whose SHA-256
    with the seed comes first.
    """
    counts: dict[str, int] = defaultdict(int)
    best: dict[str, list[tuple[int, Drawn]]] = defaultdict(list)
    for stream, number, touch in touches_started(books, first, last):
        stratum = _stratum(touch)
        rank = hashlib.sha256(f"{draw.seed}|{stream}|{touch.attempt}".encode()).hexdigest()
        counts[stratum] += 1
        entry = (-int(rank, 16), Drawn(rank, stream, number, touch.attempt, stratum))
        kept = best[stratum]
        (heapq.heappush if len(kept) < draw.size else heapq.heappushpop)(kept, entry)
    shares = _shares(counts, draw.size)
    chosen = [
        one
        for stratum, share in shares.items()
        for one in sorted(entry for _, entry in best[stratum])[:share]
    ]
    return sorted(chosen, key=lambda one: (one.stratum, one.rank))


def sample_files(
    books: Books, chosen: Sequence[Drawn], found: Iterable[str], heads: Heads, moment: datetime
) -> dict[str, bytes]:
    """The files of the samples: an index, and for each invoice its facts, timeline and messages."""
    why: dict[str, list[str]] = defaultdict(list)
    for one in chosen:
        why[one.stream].append(f"touch {one.attempt} ({one.stratum})")
    for invoice in sorted(set(found))[:MOST_FOUND]:
        why[f"invoice:{invoice}"].append("finding")
    files: dict[str, bytes] = {}
    index = []
    for stream in sorted(why):
        links = links_of(books, stream, moment)
        if not links:
            continue
        folder = f"samples/{_folder(stream)}"
        messages = _messages(books, links)
        files[f"{folder}/facts.json"] = _facts_file(books, stream, links, heads)
        files[f"{folder}/timeline.csv"] = _timeline(links)
        files |= {f"{folder}/messages/{name}.json": words for name, words in messages.items()}
        reasons = "; ".join(why[stream])
        index.append((stream.partition(":")[2], folder, len(links), len(messages), reasons))
    files["samples/index.csv"] = as_csv(("invoice", "folder", "facts", "messages", "why"), index)
    return files


def _stratum(touch: TouchStarted) -> str:
    minor = touch.amount.minor
    band = sum(minor >= limit for limit in _BANDS)
    named = ("small", "medium", "large")[band]
    return f"{touch.channel}, level {touch.level}, {named} {touch.amount.currency}"


def _shares(counts: dict[str, int], size: int) -> dict[str, int]:
    """How many each stratum gives: one at least, in proportion, never more than it has."""
    total = sum(counts.values())
    shares = {}
    for stratum in sorted(counts):
        shares[stratum] = min(counts[stratum], max(1, size * counts[stratum] // total))
    left = min(size, total) - sum(shares.values())
    for stratum in sorted(counts, key=lambda one: (-counts[one], one)):
        more = min(max(left, 0), counts[stratum] - shares[stratum])
        shares[stratum] += more
        left -= more
    return shares


def _facts_file(books: Books, stream: str, links: Sequence[Link], heads: Heads) -> bytes:
    told: dict[str, Any] = {
        "stream": stream,
        "facts": [link._asdict() | {"at": f"{link.at:%Y-%m-%dT%H:%M:%S.%f}"} for link in links],
        "proof": heads.proof(stream),
    }
    facts = erased_of_stream(books.connection, stream)
    messages = erased_in(books.connection, MESSAGE_, _worded_attempts(links))
    if facts or messages:
        told["erased"] = {"facts": facts, "messages": messages}
    return (json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _timeline(links: Sequence[Link]) -> bytes:
    header = ("number", "at (UTC)", "by", "what", "details")
    return as_csv(header, (_line(link) for link in links))


def _line(link: Link) -> tuple[object, ...]:
    fields: dict[str, Any] = json.loads(link.body)
    details = "; ".join(
        f"{name}: {worded(value)}" for name, value in fields.items() if value and name != SALT
    )
    return link.number, f"{link.at:%Y-%m-%d %H:%M:%S}", link.by, link.kind, details


def _messages(books: Books, links: Sequence[Link]) -> dict[str, bytes]:
    found = words_of(books, _worded_attempts(links))
    return {_safe(name): words for name, words in sorted(found.items())}


def _worded_attempts(links: Sequence[Link]) -> list[str]:
    bodies = (json.loads(link.body) for link in links if link.kind == "touch_started")
    return [body["attempt"] for body in bodies if body.get("content")]


def _folder(stream: str) -> str:
    """A folder of its own for every stream, whatever signs its name has."""
    name = stream.partition(":")[2]
    safe = _safe(name)
    return safe if safe == name else f"{safe}-{sha256_of(stream.encode())[:12]}"


def _safe(name: str) -> str:
    return _UNSAFE.sub("-", name).strip("-.")[:80] or "unnamed"
