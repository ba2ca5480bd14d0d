from __future__ import annotations

import tomllib

from tests.house_rules.tree import ROOMS, files, read

_BESIDE = {"bench", "chaos", "tests"}


def test_python_lives_in_rooms_only() -> None:
    folders = {path.split("/")[0] for path in files() if "/" in path and path.endswith(".py")}

    assert folders - set(ROOMS) - _BESIDE == set()


def test_the_import_rules_cover_every_room() -> None:
    rules = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]
    rooms = {path.split("/")[0] for path in files() if path.endswith(".py")} & set(ROOMS)

    assert rooms <= set(rules["root_packages"])
