"""Evidence packs: the same bytes for the same books, and loud about every byte that changed."""

from __future__ import annotations

import csv
import io
import json
import random
import shutil
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pypdf
import pytest

from commands.audit.pack import MANIFEST, SIGNATURE, pack_scope, write_pack
from commands.audit.pack_file import unpacked
from commands.audit.pack_lists import REGISTERS
from commands.audit.verifying import verify_pack
from dunning.may import NotAllowed
from ledger.audit_pack import sha256_of
from tests.commands.auditing import WHOLE, answer_of, kept, one_case_wrong, wired
from tests.commands.packing import Packed, keys, problem, with_files
from tests.commands.rehearsed import AFTER_ALL, LAST, Rehearsed


@pytest.fixture(scope="module")
def pack(rehearsed: Rehearsed, tmp_path_factory: pytest.TempPathFactory) -> Packed:
    return Packed(rehearsed, tmp_path_factory.mktemp("packed"))


@pytest.fixture
def copy(pack: Packed, tmp_path: Path) -> Path:
    """A pack of the test's own."""
    return Path(shutil.copy(pack.path, tmp_path / "copy.zip"))


def test_the_same_books_give_the_same_bytes(pack: Packed, tmp_path: Path) -> None:
    again = tmp_path / "again.zip"
    digest = write_pack(pack.wiring, pack.settings, WHOLE, answer_of(pack.wiring), again)

    assert again.read_bytes() == pack.path.read_bytes()
    assert digest == sha256_of(pack.path.read_bytes())


def test_keeping_the_audit_does_not_change_the_pack_of_clean_days(
    rehearsed: Rehearsed, pack: Packed, tmp_path: Path
) -> None:
    settings = rehearsed.copied_to(tmp_path / "home")
    wiring = wired(settings)
    kept(wiring, answer_of(wiring))
    write_pack(wiring, settings, WHOLE, answer_of(wiring), tmp_path / "later.zip")
    wiring.ledger.engine.dispose()

    assert unpacked(tmp_path / "later.zip") == pack.files


def test_a_pack_verifies_without_the_books(pack: Packed) -> None:
    verdict = verify_pack(pack.path)

    assert verdict.ok, verdict.problem
    assert verdict.samples > 20
    assert verdict.messages > 20
    assert verdict.facts > 100
    assert "Yes, the policy was followed" in verdict.sentence


def test_a_pack_holds_what_an_auditor_asks_for(pack: Packed) -> None:
    names = set(pack.files)
    told = json.loads(pack.files[MANIFEST])
    population = json.loads(pack.files["population.json"])
    opened = sum(one["invoices"] for one in population["totals"])

    assert {"README.txt", "summary.pdf", "audit.json", "findings.csv"} <= names
    assert {f"registers/{name}.csv" for name in REGISTERS} <= names
    assert any(name.startswith("policies/") and name.endswith(".toml") for name in names)
    assert told["period"] == {"from": str(WHOLE.first), "to": str(LAST)}
    assert told["sample"]["drawn"] >= told["sample"]["size"] > 0
    assert opened == pack.answer["population"]["invoices"]
    assert b"escalated" in pack.files["registers/overrides.csv"]


def test_the_summary_is_two_pages_and_answers_first(pack: Packed) -> None:
    pages = pypdf.PdfReader(io.BytesIO(pack.files["summary.pdf"])).pages
    first = " ".join(pages[0].extract_text().split())

    assert len(pages) == 2
    assert first.index("Yes, the policy was followed") < 60
    assert "Reviewed by" in pages[1].extract_text()


def test_flipping_any_byte_is_noticed(pack: Packed, copy: Path) -> None:
    content, seeded = pack.path.read_bytes(), random.Random(5)
    with zipfile.ZipFile(pack.path) as archive:
        places = [one.header_offset + seeded.randrange(30) for one in archive.infolist()]
        places += [
            one.header_offset + 30 + len(one.filename) + seeded.randrange(one.file_size)
            for one in archive.infolist()
            if one.file_size
        ]
        directory = archive.start_dir
    places += [seeded.randrange(directory, len(content)) for _ in range(60)]
    unnoticed = []
    for place in seeded.sample(places, 250):
        changed = bytearray(content)
        changed[place] ^= 1 << seeded.randrange(8)
        copy.write_bytes(changed)
        if verify_pack(copy).ok:
            unnoticed.append(place)

    assert unnoticed == []


@pytest.mark.parametrize("cut", [0, 1, 10, 1000, -1, -30])
def test_a_part_of_a_pack_is_none(pack: Packed, copy: Path, cut: int) -> None:
    copy.write_bytes(pack.path.read_bytes()[:cut])

    assert problem(copy)


def test_bytes_behind_the_end_are_noticed(pack: Packed, copy: Path) -> None:
    copy.write_bytes(pack.path.read_bytes() + b"x")

    assert problem(copy)


@pytest.mark.parametrize("name", ["audit.json", "findings.csv", "summary.pdf", "README.txt"])
def test_the_first_wrong_file_is_named(pack: Packed, copy: Path, name: str) -> None:
    without = {key: content for key, content in pack.files.items() if key != name}
    changed = {**pack.files, name: pack.files[name] + b" "}
    added = {**pack.files, "extra.txt": b"more"}

    assert problem(with_files(copy, without, listed=False)) == f"{name} is missing."
    assert problem(with_files(copy, changed, listed=False)).startswith(f"{name} is not the file")
    assert problem(with_files(copy, added, listed=False)).startswith("extra.txt was put in")


def test_a_forged_sample_with_a_fitting_manifest_is_found(pack: Packed, copy: Path) -> None:
    sample = next(name for name in pack.files if name.endswith("/facts.json"))
    message = next(name for name in pack.files if "/messages/" in name)
    forged = pack.files[sample].replace(b'"by": "import"', b'"by": "nobody"', 1)
    words = pack.files[message].replace(b"EUR", b"USD").replace(b"the", b"teh")
    without = {name: content for name, content in pack.files.items() if name != message}

    assert problem(with_files(copy, pack.files)) == ""
    assert "is not what was recorded" in problem(with_files(copy, {**pack.files, sample: forged}))
    assert problem(with_files(copy, {**pack.files, message: words})).startswith(message)
    assert problem(with_files(copy, without)) == f"{message} is missing."


def test_a_chain_forged_from_its_start_does_not_lead_to_the_root(pack: Packed, copy: Path) -> None:
    sample = next(name for name in pack.files if name.endswith("/facts.json"))
    told = json.loads(pack.files[sample])
    told["facts"] = told["facts"][:-1]
    shorter = {**pack.files, sample: json.dumps(told).encode()}

    assert "does not lead to the root" in problem(with_files(copy, shorter))


def test_a_finding_that_was_left_out_of_the_list_is_found(
    rehearsed: Rehearsed, tmp_path: Path
) -> None:
    settings = rehearsed.copied_to(tmp_path / "home")
    wiring = wired(settings)
    invoice = one_case_wrong(wiring.ledger)
    path = tmp_path / "found.zip"
    write_pack(wiring, settings, WHOLE, answer_of(wiring), path)
    wiring.ledger.engine.dispose()
    files = unpacked(path)
    (row,) = csv.DictReader(io.StringIO(files["findings.csv"].decode()))
    header = files["findings.csv"].splitlines(keepends=True)[0]

    assert (row["state"], row["owner"], row["invoice"]) == ("not recorded", "controller", invoice)
    assert f"samples/{invoice}/facts.json" in files
    assert problem(path) == ""
    assert "lacks finding" in problem(with_files(path, {**files, "findings.csv": header}))


def test_a_signature_tells_who_made_the_pack(pack: Packed, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    private, public = keys(tmp_path)
    _, another = keys(tmp_path / "other")
    signing = pack.settings.model_copy(update={"audit_key_file": private})
    path = tmp_path / "signed.zip"
    write_pack(pack.wiring, signing, WHOLE, pack.answer, path)
    files = unpacked(path)
    stripped = {name: content for name, content in files.items() if name != SIGNATURE}
    forged = {**files, MANIFEST: files[MANIFEST].replace(b"every touch", b"some touches")}

    assert verify_pack(path, public).ok
    assert verify_pack(path).signed_by
    assert "another key" in problem(path, another)
    assert "does not fit" in problem(with_files(tmp_path / "f.zip", forged, listed=False))
    assert problem(with_files(tmp_path / "s.zip", stripped, listed=False), public) == (
        "The pack is not signed."
    )
    with pytest.raises(NotAllowed, match="no public Ed25519 key"):
        verify_pack(path, private)
    with pytest.raises(NotAllowed, match="no Ed25519 key"):
        write_pack(
            pack.wiring,
            pack.settings.model_copy(update={"audit_key_file": public}),
            WHOLE,
            pack.answer,
            path,
        )


def test_days_that_are_not_over_end_where_the_books_end(pack: Packed) -> None:
    evening = datetime.combine(LAST + timedelta(days=1), time(20), UTC)
    open_end = replace(WHOLE, last=evening.date(), now=evening)
    fresh = pack_scope(pack.wiring.ledger, open_end)

    assert fresh.now < evening
    for later in (timedelta(minutes=1), timedelta(hours=10)):
        assert pack_scope(pack.wiring.ledger, replace(open_end, now=evening + later)) == fresh
    assert pack_scope(pack.wiring.ledger, WHOLE) == WHOLE
    silent = replace(WHOLE, last=LAST + timedelta(days=9), now=AFTER_ALL + timedelta(days=2))
    with pytest.raises(NotAllowed, match="is not over everywhere"):
        pack_scope(pack.wiring.ledger, silent)
