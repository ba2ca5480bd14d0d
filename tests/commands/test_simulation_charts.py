"""What people see of a simulation: the picture, the page, the tables."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from commands.simulation.chart import drawn
from commands.simulation.outcome import Sums
from commands.simulation.page import compared, headline, page
from commands.simulation.simulation import Question
from starter import app
from tests.commands.rehearsed import Rehearsed

ASKED = Question("standard_b2b", "small_balance", datetime(2026, 3, 2, tzinfo=UTC), 10)
MINE = Sums(
    per_day=Counter({("2026-03-03", 1): 30, ("2026-03-03", 2): 10, ("2026-03-09", 1): 5}),
    kinds=Counter({(1, "reminder", "email"): 35, (2, "request", "email"): 10}),
    customers=40,
    only_customers=7,
    only_touches=20,
)
OTHER = Sums(per_day=Counter({("2026-03-04", 1): 25}), customers=25)
_SVG = "{http://www.w3.org/2000/svg}"


def bars(svg: str) -> list[ET.Element]:
    """The parts of bars, which alone say what they are."""
    rects = ET.fromstring(svg).iter(f"{_SVG}rect")  # noqa: S314 - drawn by ourselves
    return [rect for rect in rects if rect.find(f"{_SVG}title") is not None]


def test_every_day_and_level_is_a_bar_as_high_as_its_messages() -> None:
    found = {bar.findtext(f"{_SVG}title"): float(bar.attrib["height"]) for bar in bars(_both())}

    assert found.keys() == {
        "2026-03-03: 30 of level 1",
        "2026-03-03: 10 of level 2",
        "2026-03-09: 5 of level 1",
        "2026-03-04: 25 of level 1",
    }
    assert found["2026-03-03: 30 of level 1"] == 3 * found["2026-03-03: 10 of level 2"]
    assert found["2026-03-04: 25 of level 1"] == pytest.approx(
        5 * found["2026-03-09: 5 of level 1"], abs=0.5
    )


def test_levels_of_a_day_stand_on_each_other() -> None:
    first, second = (bar.attrib for bar in bars(_both())[:2])

    assert first["x"] == second["x"]
    assert float(second["y"]) + float(second["height"]) == pytest.approx(float(first["y"]))


def test_names_cannot_break_the_picture_or_the_page() -> None:
    asked = Question('<b>"&', "", ASKED.as_of, 10)

    assert "&lt;b&gt;&quot;&amp;" in drawn(asked, [MINE])
    assert "<b>" not in page(asked, [MINE])


def test_nothing_at_all_is_a_picture_too() -> None:
    assert bars(drawn(ASKED, [Sums(), Sums()])) == []


def test_the_page_says_what_changes_and_what_was_assumed() -> None:
    told = page(ASKED, [MINE, OTHER])

    assert headline(ASKED, [MINE, OTHER]) in told
    assert "+20 against small_balance; 7 customers are newly contacted" in told
    assert "Nothing was sent or written" in told
    assert "http" not in told.replace("http://www.w3.org/2000/svg", "")


def test_both_policies_stand_side_by_side() -> None:
    rows = dict(compared([MINE, OTHER]))

    assert rows["messages"] == [45, 25]
    assert rows["messages of level 1"] == [35, 25]
    assert rows["customers contacted only here"] == [7, 0]


def test_the_command_prints_tables_and_writes_both_files(
    rehearsed: Rehearsed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = rehearsed.copied_to(tmp_path / "home")
    monkeypatch.setenv("DUNCAN_HOME", str(settings.home))
    svg, html = tmp_path / "s.svg", tmp_path / "s.html"
    asked = ["--against", "small_balance", "--as-of", "2026-06-11", "--days", "10"]
    command = ["simulate", *asked, "--svg", str(svg), "--html", str(html)]
    told = CliRunner().invoke(app, command, catch_exceptions=False)

    assert told.exit_code == 0
    assert "customers are newly contacted" in told.stdout
    assert "messages of level 1" in told.stdout
    assert bars(svg.read_text())
    assert svg.read_text() in html.read_text()


def _both() -> str:
    return drawn(ASKED, [MINE, OTHER])
