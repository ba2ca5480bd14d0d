from __future__ import annotations

import pytest

from tests.house_rules.purity import impurities
from tests.house_rules.tree import python_files, read

_RULEBOOK = [path for path in python_files() if path.startswith("dunning/")]
# Names the code that runs; no workflow asks it.
_NAMING = "workflows/build.py"
_WORKFLOWS = [path for path in python_files() if path.startswith("workflows/") and path != _NAMING]


@pytest.mark.parametrize("path", _RULEBOOK)
def test_the_rulebook_asks_nothing_of_the_outside(path: str) -> None:
    assert impurities(read(path)) == []


@pytest.mark.parametrize("path", _WORKFLOWS)
def test_workflow_code_asks_nothing_that_a_replay_would_answer_differently(path: str) -> None:
    """What workflows share passes the sandbox, which guards the rest again while it runs."""
    asked = [one for one in impurities(read(path)) if one.partition(": ")[2] != "asyncio"]

    assert asked == []


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\nnow = datetime.now(UTC)",
        "import datetime\nnow = datetime.datetime.now()",
        "import datetime as dt\ntoday = dt.date.today()",
        "from datetime import datetime as moment\nnow = moment.utcnow()",
        "from datetime import date\nfields = field(default_factory=date.today)",
        "import time",
        "from time import monotonic",
        "import os.path",
        "from os import environ",
        "from pathlib import Path",
        "import pathlib\nhere = pathlib.Path('x')",
        "import random as chance",
        "from uuid import uuid4",
        "import uuid\nid = uuid.uuid4()",
        "import socket",
        "from urllib.request import urlopen",
        "from importlib.resources import files",
        "def load(path):\n    return open(path).read()",
        "def load(path):\n    return path.read_text()",
        "def load(name):\n    return __import__(name)",
        "def say():\n    print('sent')",
    ],
)
def test_every_way_out_is_seen(source: str) -> None:
    assert len(impurities(source)) == 1, source


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import UTC, datetime\nlater = datetime(2026, 1, 1, tzinfo=UTC)",
        "def due(case, now):\n    return case.now <= now.today",
        "from uuid import UUID, uuid5\nid = uuid5(UUID(int=0), 'x')",
        "from pathlib import PurePath",
        "from zoneinfo import ZoneInfo",
        "from urllib.parse import quote",
        "from .time import later\nfrom .os import x",
        "opened = case.open",
    ],
)
def test_values_and_calculations_pass(source: str) -> None:
    assert impurities(source) == []
