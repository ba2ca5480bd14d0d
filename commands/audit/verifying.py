"""Checking an evidence pack without the books it was made from."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from commands.audit.pack import FORMAT, MANIFEST, SIGNATURE
from commands.audit.pack_file import UnusablePack, unpacked
from commands.audit.pack_streams import STREAMS, check_streams
from commands.audit.signing import check_signature
from ledger.chain import GENESIS, hash_of
from ledger.merkle import Head, root_from

_FACTS = re.compile(r"samples/([^/]+)/facts\.json")
_MESSAGES = re.compile(r"samples/([^/]+)/messages/([^/]+)\.json")


@dataclass(frozen=True)
class Verdict:
    """What was checked, and the first thing that is wrong; empty when nothing is."""

    pack: str
    problem: str = ""
    files: int = 0
    samples: int = 0
    facts: int = 0
    messages: int = 0
    # Facts and messages of the samples that lost what was personal, before the pack was made.
    erased: int = 0
    # Of the whole books, as the manifest counts them: kinds of streams, streams, facts.
    kinds: int = 0
    streams: int = 0
    recorded: int = 0
    sha256: str = ""
    headline: str = ""
    signed_by: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problem

    @property
    def sentence(self) -> str:
        """The verdict for people."""
        if self.problem:
            return f"{self.pack} proves nothing: {self.problem}"
        signed = f"signed by key {self.signed_by}" if self.signed_by else "not signed"
        return (
            f"{self.pack} is as it was packed, {signed}: {self.files} files, {self.samples} samples"
            f" with {self.facts} facts and {self.messages} messages{self._and_erased}. The root"
            " covers"
            f" {self.recorded} facts in {self.streams} streams of {self.kinds} kinds.\n"
            f"{self.headline}\n"
            f"SHA-256 {self.sha256}"
        )

    @property
    def _and_erased(self) -> str:
        return f"; the words of {self.erased} of them were erased before" if self.erased else ""

    @property
    def answer(self) -> dict[str, Any]:
        """The verdict for scripts."""
        return {"ok": self.ok, **self.__dict__}


def verify_pack(path: Path, public_key: Path | None = None) -> Verdict:
    """Check every file, hash, message, chain and the signature; the verdict names what is wrong.

    Raises NotAllowed when the public key itself cannot be read.
    """
    try:
        files = unpacked(path)
        manifest = _manifest(files)
        _check_hashes(manifest, files)
        signed_by = _signed_by(files, public_key)
        _check_findings(files)
        kinds = _check_streams(manifest, files)
        facts, messages = _check_samples(manifest, files)
        return Verdict(
            pack=path.name,
            files=len(files),
            samples=sum(bool(_FACTS.fullmatch(name)) for name in files),
            facts=facts,
            messages=messages,
            erased=_count_erased(files),
            kinds=kinds,
            streams=manifest["books"]["streams"],
            recorded=manifest["books"]["facts"],
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            headline=str(manifest.get("headline", "")),
            signed_by=signed_by,
        )
    except UnusablePack as fault:
        return Verdict(pack=path.name, problem=str(fault))


def _manifest(files: Mapping[str, bytes]) -> dict[str, Any]:
    told = _read_json(files, MANIFEST)
    if told.get("format") != FORMAT or not isinstance(told.get("files"), list):
        raise UnusablePack(f"{MANIFEST} is not one of an evidence pack of this kind.")
    return told


def _check_hashes(manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
    listed: set[str] = set()
    for one in manifest["files"]:
        name, digest = str(one.get("name")), one.get("sha256")
        if name in listed:
            raise UnusablePack(f"{MANIFEST} lists {name} twice.")
        listed.add(name)
        if name not in files:
            raise UnusablePack(f"{name} is missing.")
        if hashlib.sha256(files[name]).hexdigest() != digest or len(files[name]) != one["bytes"]:
            raise UnusablePack(f"{name} is not the file that was packed.")
    for name in sorted(files):
        if name not in listed and name not in (MANIFEST, SIGNATURE):
            raise UnusablePack(f"{name} was put in: {MANIFEST} does not list it.")


def _signed_by(files: Mapping[str, bytes], public_key: Path | None) -> str:
    if SIGNATURE not in files:
        if public_key is not None:
            raise UnusablePack("The pack is not signed.")
        return ""
    return check_signature(files[MANIFEST], files[SIGNATURE], public_key)


def _check_findings(files: Mapping[str, bytes]) -> None:
    """Whatever the audit found stands in the list of findings."""
    answer = _read_json(files, "audit.json")
    text = files.get("findings.csv", b"").decode(errors="replace")
    listed = {row.get("finding") for row in csv.DictReader(io.StringIO(text, newline=""))}
    for test in (*answer.get("tests", ()), *answer.get("engine", {}).get("tests", ())):
        for one in test["findings"]:
            if one["id"] not in listed:
                raise UnusablePack(f"findings.csv lacks finding {one['id']} of audit.json.")


def _check_streams(manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> int:
    try:
        return check_streams(_read_json(files, STREAMS), manifest["books"])
    except (AttributeError, KeyError, TypeError):
        raise UnusablePack(f"{STREAMS} cannot be read.") from None


def _check_samples(manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> tuple[int, int]:
    """Chains, proofs and messages of all samples; how many facts and messages they have."""
    root, facts = manifest["books"]["root"], 0
    claimed: dict[tuple[str, str], str] = {}
    for name in sorted(files):
        sample = _FACTS.fullmatch(name)
        if sample:
            told = _read_json(files, name)
            facts += _check_chain(name, told, root)
            gone = _erased(told, "messages")
            claimed |= {(sample[1], a): digest for a, digest in _claims(told) if a not in gone}
    found = {(hit[1], hit[2]): name for name in files if (hit := _MESSAGES.fullmatch(name))}
    for key, name in sorted(found.items()):
        if hashlib.sha256(files[name]).hexdigest() != claimed.get(key):
            raise UnusablePack(f"{name} is not the message whose hash was recorded.")
    for folder, attempt in sorted(claimed.keys() - found.keys()):
        raise UnusablePack(f"samples/{folder}/messages/{attempt}.json is missing.")
    return facts, len(found)


def _check_chain(name: str, told: Mapping[str, Any], root: str) -> int:
    stream, previous, number = told["stream"], GENESIS, 0
    erased = _erased(told, "facts")
    for number, one in enumerate(told["facts"], start=1):
        at = datetime.fromisoformat(one["at"])
        right = hash_of(previous, stream, number, one["kind"], one["body"], at, one["by"])
        if str(number) in erased:
            # Its hash is proven by the fact after it, or by the root; what it said is gone.
            right = one["hash"]
        if (one["number"], one["previous"], one["hash"]) != (number, previous, right):
            raise UnusablePack(f"{name}: fact {number} is not what was recorded.")
        previous = right
    try:
        reached = root_from(Head(stream, number, previous), told["proof"])
    except ValueError:
        reached = ""
    if reached != root:
        raise UnusablePack(f"{name} does not lead to the root of the books.")
    return number


def _erased(told: Mapping[str, Any], what: str) -> Mapping[str, str]:
    """What the books had erased when the pack was made: the facts or messages of a sample."""
    erased = told.get("erased")
    found = erased.get(what) if isinstance(erased, dict) else None
    return found if isinstance(found, dict) else {}


def _count_erased(files: Mapping[str, bytes]) -> int:
    samples = [_read_json(files, name) for name in files if _FACTS.fullmatch(name)]
    return sum(len(_erased(told, what)) for told in samples for what in ("facts", "messages"))


def _claims(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The attempts of a sample with the hashes of their messages, where words were kept."""
    for one in told["facts"]:
        if one["kind"] == "touch_started":
            body = json.loads(one["body"])
            if body.get("content"):
                yield body["attempt"], body["content"]


def _read_json(files: Mapping[str, bytes], name: str) -> dict[str, Any]:
    try:
        told = json.loads(files[name])
    except KeyError:
        raise UnusablePack(f"{name} is missing.") from None
    except ValueError:
        raise UnusablePack(f"{name} cannot be read.") from None
    if not isinstance(told, dict):
        raise UnusablePack(f"{name} cannot be read.")
    return told
