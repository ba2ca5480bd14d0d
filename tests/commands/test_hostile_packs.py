from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from commands.audit.pack_file import packed
from commands.audit.verifying import verify_pack


def hostile(entries: list[tuple[str, bytes]], way: int = zipfile.ZIP_STORED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", way) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (lambda: hostile([("../../etc/passwd", b"x")]), "leads elsewhere"),
        (lambda: hostile([("/etc/passwd", b"x")]), "leads elsewhere"),
        (lambda: hostile([("a\\..\\b", b"x")]), "leads elsewhere"),
        (lambda: hostile([("samples/\u202etxt", b"x")]), "leads elsewhere"),
        (lambda: hostile([("a", bytes(50_000_000))], zipfile.ZIP_DEFLATED), "unfolds to more"),
        (lambda: hostile([("a", b"x" * 9)], zipfile.ZIP_BZIP2), "compressed or encrypted"),
        (lambda: hostile([(f"f{n}", b"") for n in range(20_001)]), "more than 20000 files"),
        (lambda: packed({"a": b"x"}), "manifest.json is missing"),
        (lambda: b"no zip at all", "no whole ZIP file"),
        (lambda: b"", "no whole ZIP file"),
    ],
)
def test_a_hostile_file_is_refused(
    tmp_path: Path, content: Callable[[], bytes], sentence: str
) -> None:
    path = tmp_path / "hostile.zip"
    path.write_bytes(content())

    assert sentence in verify_pack(path).problem


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "twice.zip"
    path.write_bytes(hostile([("audit.json", b"{}"), ("audit.json", b"{}")]))

    assert "audit.json twice" in verify_pack(path).problem
