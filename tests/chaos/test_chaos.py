"""A slice of the chaos run; `make chaos` takes longer and finds more."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from chaos.place import now, place_for
from settings import ROOT
from tests.servers.postgres_server import postgres_binaries
from tests.servers.requirement import lacking

PATIENCE_SECONDS = 900


@pytest.mark.slow
@pytest.mark.timeout(PATIENCE_SECONDS)
def test_the_records_agree_whatever_was_killed_frozen_or_cut_off(tmp_path: Path) -> None:
    if postgres_binaries() is None:
        lacking("postgres", "no PostgreSQL to crash")
    place_for(now(), timedelta(minutes=1))
    words = ("--minutes", "1", "--per-second", "0.7", "--seed", "11", "--keep", str(tmp_path / "c"))
    done = subprocess.run(
        [sys.executable, "-m", "chaos", *words],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
        timeout=PATIENCE_SECONDS,
    )

    assert "The records agree." in done.stdout, f"{done.stdout}\n{done.stderr[-4000:]}"
    assert done.returncode == 0
