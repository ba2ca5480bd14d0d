"""The streams of the books in an evidence pack: all of them by kind, the rare ones by name."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from commands.audit.pack_file import UnusablePack
from ledger.audit_pack import heads_of
from ledger.books import Books
from ledger.merkle import Head, Heads, root_from

STREAMS = "streams.json"
# One for every invoice, customer, payment and so on: counted, and in the samples. All others,
# such as policies, channels, people, the sentences that replies were read by, stand here by name.
COUNTED = ("invoice", "customer", "payment", "payer", "finding", "statement")


def streams_file(books: Books, heads: Heads) -> bytes:
    """How many streams and facts of each kind there are; the rare ones with their way to the root.

    JSON: `kinds` and `named`; a name is led to the root of the books by its `proof`.
    """
    streams, facts = Counter[str](), Counter[str]()
    for stream, number in zip(heads.streams, heads.numbers, strict=True):
        kind = _kind(stream)
        streams[kind] += 1
        facts[kind] += number
    rare = {
        stream: number
        for stream, number in zip(heads.streams, heads.numbers, strict=True)
        if _kind(stream) not in COUNTED
    }
    named = [
        {
            "stream": one.stream,
            "facts": one.number,
            "hash": one.hash,
            "proof": heads.proof(one.stream),
        }
        for one in heads_of(books, rare)
    ]
    kinds = [
        {"kind": kind, "streams": streams[kind], "facts": facts[kind]} for kind in sorted(streams)
    ]
    told = {"kinds": kinds, "named": named}
    return (json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def check_streams(told: Mapping[str, Any], books: Mapping[str, Any]) -> int:
    """How many kinds of streams there are. Raises UnusablePack when they do not add up.

    `books` is what the manifest says of them.
    """
    for name in ("streams", "facts"):
        if sum(one[name] for one in told["kinds"]) != books[name]:
            raise UnusablePack(f"{STREAMS} does not add up to the {name} of the manifest.")
    counted = Counter(_kind(one["stream"]) for one in told["named"])
    for one in told["kinds"]:
        if one["kind"] not in COUNTED and counted[one["kind"]] != one["streams"]:
            raise UnusablePack(f"{STREAMS} does not name every stream of kind {one['kind']}.")
    for one in told["named"]:
        try:
            reached = root_from(Head(one["stream"], one["facts"], one["hash"]), one["proof"])
        except ValueError:
            reached = ""
        if reached != books["root"]:
            raise UnusablePack(
                f"{STREAMS}: {one['stream']} does not lead to the root of the books."
            )
    return len(told["kinds"])


def _kind(stream: str) -> str:
    return stream.partition(":")[0]
