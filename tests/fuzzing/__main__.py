"""Fuzzes every reader in turn and prints what came of it.

    python -m tests.fuzzing [--minutes 60] [TARGET …]

Inputs that reached new code are kept in `tests/fuzzing/corpus`, an input that broke a reader in
`tests/fuzzing/broken`; the suite runs both.
"""

from __future__ import annotations

import argparse
import re
import resource
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fuzzing.targets import TARGETS

HERE = Path(__file__).parent
CORPUS, BROKEN = HERE / "corpus", HERE / "broken"
# Longer than this for one input is a hang; larger than this is a flood.
SECONDS, MEGABYTES, LARGEST = 10, 2048, 8_192


def main() -> int:
    """Fuzz the targets; 1 when one of them broke."""
    parser = argparse.ArgumentParser(description="Fuzz every reader that meets the outside.")
    parser.add_argument("--minutes", type=float, default=60.0, help="for all targets together")
    parser.add_argument("targets", nargs="*", choices=[*TARGETS, []], metavar="TARGET")
    chosen = parser.parse_args()
    targets = chosen.targets or list(TARGETS)
    seconds = int(chosen.minutes * 60 / len(targets))
    runs = [_fuzz(name, seconds) for name in targets]
    broke = [run.target for run in runs if not run.is_well]
    print(
        f"{len(targets)} targets, {seconds} s each: {sum(run.inputs for run in runs):,} inputs,"
        f" {sum(run.processor_seconds for run in runs):,.0f} s of processor;"
        f" broken: {', '.join(broke) or 'none'}."
    )
    return 1 if broke else 0


@dataclass(frozen=True)
class _Run:
    target: str
    inputs: int
    processor_seconds: float
    is_well: bool


def _fuzz(name: str, seconds: int) -> _Run:
    kept = CORPUS / name
    kept.mkdir(parents=True, exist_ok=True)
    BROKEN.mkdir(exist_ok=True)
    with TemporaryDirectory() as grown:
        options = [
            f"-max_total_time={seconds}",
            f"-timeout={SECONDS}",
            f"-rss_limit_mb={MEGABYTES}",
            f"-max_len={LARGEST}",
            f"-artifact_prefix={BROKEN / name}-",
            "-print_final_stats=1",
        ]
        before = _processor_seconds()
        done = _run(name, [*options, grown, str(kept)])
        used = _processor_seconds() - before
        _keep(name, Path(grown), kept)
    # Without the figures of an end, the last line of progress says how far it came.
    counted = re.findall(r"number_of_executed_units:\s*(\d+)|^#(\d+)\s", done.stderr, re.MULTILINE)
    run = _Run(name, int(max(counted[-1])) if counted else 0, used, done.returncode == 0)
    ended = "well" if run.is_well else f"broke (exit {done.returncode})"
    print(
        f"{name:10} {run.inputs:>9,} inputs, {used:>5.0f} s, {_count(kept):>4} kept: {ended}",
        flush=True,
    )
    return run


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _keep(name: str, grown: Path, kept: Path) -> None:
    """Keep the smallest set of inputs that reaches as much code."""
    with TemporaryDirectory() as merged:
        _run(name, ["-set_cover_merge=1", f"-max_len={LARGEST}", merged, str(kept), str(grown)])
        if any(Path(merged).iterdir()):
            shutil.rmtree(kept)
            shutil.copytree(merged, kept)


def _run(name: str, options: list[str]) -> subprocess.CompletedProcess[str]:
    with TemporaryDirectory() as folder:
        program = Path(folder) / "fuzz"
        command = shlex.join([sys.executable, "-m", "tests.fuzzing.one", name, str(program)])
        program.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        program.chmod(0o700)
        return subprocess.run(
            [program, *options], capture_output=True, text=True, errors="replace", check=False
        )


def _count(folder: Path) -> int:
    return sum(1 for _ in folder.iterdir())


if __name__ == "__main__":
    sys.exit(main())
