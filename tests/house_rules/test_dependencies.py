"""What is installed with Duncan: pinned by hash, explained, licensed, of no known broken version.

The list of broken versions is what was known when it was written; `make advisories` asks a
service that knows today's.
"""

from __future__ import annotations

import re
import tomllib
from importlib import metadata

import pytest

from tests.house_rules.tree import read

LOCKS = ("requirements.lock", "requirements-dev.lock")
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([0-9][^\s;]*)", re.MULTILINE)
_FREE = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla|Unlicense", re.IGNORECASE
)
# Of these the licence asks for more than a notice, and why they may stand here.
BOUND = {
    "psycopg": "LGPL: used as it is, an optional extra",
    "psycopg-binary": "LGPL: used as it is, an optional extra",
}
# The first version without what is publicly known to be wrong with the ones before it.
FIXED_IN = {
    "aiohttp": "3.12.14",
    "certifi": "2024.7.4",
    "cryptography": "44.0.1",
    "h11": "0.16.0",
    "idna": "3.7",
    "jinja2": "3.1.6",
    "mako": "1.2.2",
    "protobuf": "6.31.1",
    "pyjwt": "2.10.1",
    "pypdf": "6.1.3",
    "python-multipart": "0.0.18",
    "requests": "2.32.4",
    "starlette": "0.49.1",
    "urllib3": "2.5.0",
    "uvicorn": "0.11.7",
    "werkzeug": "3.1.4",
}


def pinned(lock: str) -> dict[str, str]:
    """The packages of a lock with their versions."""
    return {name.lower(): version for name, version in _PINNED.findall(read(lock))}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_by_hash_and_comes_from_no_named_place(lock: str) -> None:
    text = read(lock)
    entries = [one for one in re.split(r"\n(?=[A-Za-z])", text) if one.strip()]

    assert len(entries) > 50
    assert [one.split()[0] for one in entries if "--hash=sha256:" not in one] == []
    assert [one.split()[0] for one in entries if not _PINNED.match(one)] == []
    assert not re.search(r"://|index-url|find-links| @ ", text)


def test_what_runs_in_production_is_tested_in_the_same_version() -> None:
    tested = pinned("requirements-dev.lock")

    assert pinned("requirements.lock").items() <= tested.items()


def test_every_dependency_of_ours_is_explained() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    extras = project["optional-dependencies"].values()
    asked = [*project["dependencies"], *(one for several in extras for one in several)]
    names = {re.split(r"[\[<>=;! ]", one)[0] for one in asked}
    told = read("docs/dependencies.md")

    assert {one for one in names if not re.search(rf"\b{re.escape(one)}\b", told)} == set()


@pytest.mark.parametrize("lock", LOCKS)
def test_no_version_is_one_that_is_known_to_be_broken(lock: str) -> None:
    found = pinned(lock)

    assert len(FIXED_IN.keys() & found.keys()) > 5
    old = {
        name: found[name]
        for name, first in FIXED_IN.items()
        if name in found and _numbers(found[name]) < _numbers(first)
    }
    assert old == {}


def test_every_licence_lets_the_team_use_and_pass_on_what_it_installs() -> None:
    asking = {}
    for name in pinned("requirements.lock"):
        try:
            said = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            # Another system's package; the same lock is for all.
            continue
        told = " ".join(
            one.splitlines()[0]
            for field in ("License-Expression", "License", "Classifier")
            for one in said.get_all(field) or []
            if one and (field != "Classifier" or "License ::" in one)
        )
        if "GPL" in told or not _FREE.search(told):
            asking[name] = told.strip()

    assert asking.keys() == BOUND.keys(), asking


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(one) for one in re.findall(r"\d+", version)[:4])
