"""The evidence pack: one ZIP with all that somebody needs to check an audit without the books."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

from activities.policy_content import POLICIES, read_manifest
from commands.audit.audit import Scope, all_tests, found_of, headline
from commands.audit.finding_answers import finding_row, trend
from commands.audit.pack_file import packed
from commands.audit.pack_lists import Population, findings_csv, population_of, registers_of
from commands.audit.pack_samples import Draw, draw_of, drawn, sample_files
from commands.audit.pack_streams import STREAMS, streams_file
from commands.audit.signing import signature_of
from commands.audit.summary import Summary, summary_pdf
from dunning.finding_life import owner_of, severity_of
from dunning.may import NotAllowed
from ledger.audit_pack import newest_moment, sha256_of, versions_between
from ledger.books import Books
from ledger.findings import known_findings, listed_findings
from ledger.ledger import Ledger
from ledger.merkle import Heads, heads_at
from ledger.policy_versions import kept_contents
from ledger.rebuild import snapshot
from settings import Settings
from worker import Wiring

FORMAT = "duncan evidence 1"
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
# Days that are not over can be packed while the books are that fresh.
FRESH = timedelta(days=1)
_README = Path(__file__).parents[2] / "templates" / "audit" / "README.txt"


@dataclass(frozen=True)
class Contents:
    """What a pack is made from, all of one moment of the books."""

    scope: Scope
    answer: Mapping[str, Any]
    findings: tuple[Mapping[str, Any], ...]
    heads: Heads
    draw: Draw

    @property
    def first(self) -> datetime:
        """The beginning of the first day, in UTC."""
        return datetime.combine(self.scope.first, time(0), UTC)


def pack_scope(ledger: Ledger, scope: Scope) -> Scope:
    """The scope of a pack: its moment is that of the books and not of a clock.

    Raises NotAllowed when the last day is not over and nothing was recorded for a day.
    """
    ends = replace(scope, now=datetime.max.replace(tzinfo=UTC)).as_of
    if ends <= scope.now:
        return scope
    with ledger.reading() as books:
        newest = newest_moment(books)
    if newest is None or scope.now - newest > FRESH:
        raise NotAllowed(
            f"{scope.last} is not over everywhere, and the books do not reach it: nothing was"
            " recorded for a day. Pack an earlier day."
        )
    return replace(scope, now=newest)


def write_pack(
    wiring: Wiring, settings: Settings, scope: Scope, answer: Mapping[str, Any], path: Path
) -> str:
    """Write the pack; its SHA-256. The same books give the same bytes.

    Raises NotAllowed when the key cannot sign or the file cannot be written.
    """
    content = pack_bytes(wiring.ledger, settings, scope, answer)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise NotAllowed(f"{path} cannot be written: {error.strerror}.") from None
    return sha256_of(content)


def pack_bytes(
    ledger: Ledger, settings: Settings, scope: Scope, answer: Mapping[str, Any]
) -> bytes:
    """The pack as one ZIP, signed where a key is named. Raises NotAllowed when it cannot sign."""
    with snapshot(ledger) as books:
        files = pack_files(books, settings, scope, answer)
    if settings.audit_key_file:
        files[SIGNATURE] = signature_of(files[MANIFEST], settings.audit_key_file)
    return packed(files)


def pack_files(
    books: Books, settings: Settings, scope: Scope, answer: Mapping[str, Any]
) -> dict[str, bytes]:
    """The files of a pack with its manifest."""
    contents = _contents(books, scope, answer)
    chosen = drawn(books, contents.draw, contents.first, scope.as_of)
    found = [one["invoice"] for one in contents.findings if one["invoice"]]
    population = population_of(books, scope.as_of)
    registers = registers_of(books, contents.first, scope.as_of)
    files = {
        "README.txt": _README.read_bytes(),
        "audit.json": _json(answer),
        "findings.csv": findings_csv(contents.findings),
        "population.json": _json(population.answer),
        STREAMS: streams_file(books, contents.heads),
        **{f"registers/{name}.csv": content for name, content in registers.items()},
        **dict(_policies(books, settings, contents)),
        **sample_files(books, chosen, found, contents.heads, scope.as_of),
    }
    summary = _summary(books, contents, population, registers, len(chosen))
    files["summary.pdf"] = summary_pdf(summary, scope.last)
    files[MANIFEST] = _manifest(contents, len(chosen), files)
    return files


def summary_of(books: Books, scope: Scope, answer: Mapping[str, Any]) -> Summary:
    """What the summary of an audit says, without the rest of its pack."""
    contents = _contents(books, scope, answer)
    population = population_of(books, scope.as_of)
    return _summary(books, contents, population, registers_of(books, contents.first, scope.as_of))


def pack_findings(books: Books, answer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every finding of the answer with its life; those that are gone since, too."""
    told = {one["id"]: one for test in all_tests(answer) for one in test["findings"]}
    period = (answer["from"], answer["to"])
    gone = [
        row["finding"]
        for row in listed_findings(books.connection, states=("gone",))
        if row["since"] and period[0] <= str(row["since"]) <= period[1]
    ]
    known = known_findings(books, [*told, *gone])
    for name, one in told.items():
        if name in known:
            yield finding_row(known[name], known[name].due)
        else:
            yield _not_kept(one)
    for name in sorted(set(gone) - told.keys()):
        yield finding_row(known[name], known[name].due)


def _contents(books: Books, scope: Scope, answer: Mapping[str, Any]) -> Contents:
    heads = heads_at(books, scope.as_of)
    findings = tuple(pack_findings(books, answer))
    found = sum(found_of(test) for test in all_tests(answer))
    return Contents(
        scope, answer, findings, heads, draw_of(scope.first, scope.last, heads.root, found)
    )


def _summary(
    books: Books,
    contents: Contents,
    population: Population,
    registers: Mapping[str, bytes],
    sampled: int = 0,
) -> Summary:
    names = [row["finding"] for row in listed_findings(books.connection)]
    known = list(known_findings(books, names).values())
    # Not a clock's day: the same books say the same.
    today = max((one.found_at.date() for one in known), default=contents.scope.last)
    return Summary(
        answer=contents.answer,
        findings=contents.findings,
        population=population.totals,
        registers={name: content.count(b"\r\n") - 1 for name, content in registers.items()},
        sampled=sampled,
        seed=contents.draw.seed,
        root=contents.heads.root,
        trend=trend(known, max(today, contents.scope.last)),
    )


def _not_kept(one: Mapping[str, Any]) -> dict[str, Any]:
    """A finding of an audit that was not recorded: nobody can have dealt with it."""
    empty = dict.fromkeys(("due", "found_on", "closed_on"))
    texts = dict.fromkeys(("explanation", "remedy", "accepted_by"), "")
    test = one["test"]
    told = {name: one[name] for name in ("code", "invoice", "customer", "since", "detail")}
    return {
        **empty,
        **texts,
        **told,
        "finding": one["id"],
        "test": test,
        "state": "not recorded",
        "severity": severity_of(test),
        "owner": owner_of(test),
        "overdue": False,
    }


def _policies(books: Books, settings: Settings, contents: Contents) -> Iterator[tuple[str, bytes]]:
    """The text of every version in force in the period; before any was kept, of the folder."""
    versions = versions_between(books, contents.first, contents.scope.as_of)
    for one in versions:
        manifest = kept_contents(books.connection, [one.content]).get(one.content, b"")
        listed = read_manifest(manifest)
        kept = kept_contents(books.connection, listed.values())
        yield f"policies/v{one.version}/files.txt", manifest
        for path, digest in listed.items():
            if path.startswith(f"{POLICIES}/") and digest in kept:
                yield f"policies/v{one.version}/{Path(path).name}", kept[digest]
    if not versions:
        for file in sorted(settings.policies.glob("*.toml")):
            yield f"policies/folder/{file.name}", file.read_bytes()


def _manifest(contents: Contents, sampled: int, files: Mapping[str, bytes]) -> bytes:
    scope, heads, draw = contents.scope, contents.heads, contents.draw
    return _json(
        {
            "format": FORMAT,
            "tool": {"name": "duncan", "version": version("duncan")},
            "period": {"from": str(scope.first), "to": str(scope.last)},
            "scope": "every invoice of the books, every touch of the period",
            "as_of": scope.as_of.isoformat(),
            "headline": headline(contents.answer),
            "books": {
                "facts": heads.facts,
                "streams": len(heads.streams),
                "root": heads.root,
            },
            "sample": {"seed": draw.seed, "size": draw.size, "drawn": sampled},
            "files": [
                {"name": name, "bytes": len(files[name]), "sha256": sha256_of(files[name])}
                for name in sorted(files)
            ],
        }
    )


def _json(told: object) -> bytes:
    return (json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
