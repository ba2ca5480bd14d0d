"""Column maps: which header of which system means which field."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from intake.dates import is_date_form
from intake.kinds import KINDS, Kind
from intake.rows import UnreadableFile

_SHIPPED = Path(__file__).parent / "mappings"
# The map of Duncan's own column names comes last: a system's own map says more.
_GENERAL = "duncan"
_FIELDS = frozenset[str]().union(*(kind.fields for kind in KINDS.values()))
_SECTIONS = {"columns", "constants", "formats", "groups", *KINDS}
_FORMATS = {"date", "decimal", "encoding"}
Columns = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Mapping:
    """One column map; see ``docs/imports.md`` for its TOML form.

    ``groups`` names fields that stand in lines above the rows: a label, or ``*`` for a lone text.
    ``skip_blank`` names, for a kind of file, the field without which a row means nothing yet.
    """

    title: str
    recognise: tuple[str, ...] = ()
    columns: Columns = field(default_factory=dict)
    sections: dict[str, Columns] = field(default_factory=dict)
    skip_blank: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    date_form: str = ""
    decimal: str = ""
    encoding: str = ""

    def with_constants(self, **constants: str) -> Mapping:
        """The same map with more constants, such as ``currency="USD"``."""
        return replace(self, constants={**self.constants, **constants})

    def positions(self, headers: Iterable[str], kind: Kind) -> dict[str, int]:
        """Where each field of this kind of file stands among these headers, counted from 0."""
        places: dict[str, int] = {}
        for at, header in enumerate(headers):
            places.setdefault(folded(header), at)
        wanted = {**self.columns, **self.sections.get(kind.name, {})}
        found = {name: _first_place(wanted[name], places) for name in wanted}
        return {name: at for name, at in found.items() if at is not None}

    def missing(self, found: Iterable[str], kind: Kind) -> list[str]:
        """Required fields that no column, constant or group row gives."""
        given = {*found, *self.constants, *self.groups}
        return [name for name in kind.required if name not in given]


def load_mapping(name_or_path: str | Path) -> Mapping:
    """A shipped map by its name, or one of your own by the path of its TOML file.

    Raises UnreadableFile when there is none or it says something Duncan does not know.
    """
    if str(name_or_path) in shipped_names():
        return _shipped(str(name_or_path))
    path = Path(name_or_path)
    if not path.is_file():
        shipped = ", ".join(shipped_names())
        raise UnreadableFile(f"There is no column map {path}; Duncan brings {shipped}.")
    return _mapping(_document(path), path.name)


def recognise(headers: Iterable[str], kind: Kind | None = None) -> Mapping | None:
    """The shipped map these headers belong to, or None; a kind of file narrows the choice."""
    names = list(headers)
    present = {folded(name) for name in names}
    for name in shipped_names():
        mapping = _shipped(name)
        if mapping.recognise and present.issuperset(map(folded, mapping.recognise)):
            return mapping
    general = _shipped(_GENERAL)
    kinds = [kind] if kind else list(KINDS.values())
    if any(not general.missing(general.positions(names, each), each) for each in kinds):
        return general
    return None


def general_mapping() -> Mapping:
    """The map of Duncan's own column names and their everyday synonyms."""
    return _shipped(_GENERAL)


def shipped_names() -> list[str]:
    """The names of the maps Duncan brings along, in alphabetical order."""
    return sorted(path.stem for path in _SHIPPED.glob("*.toml"))


@cache
def folded(header: str) -> str:
    """A header without the differences people do not mean: ``Invoice_No.`` is ``invoice no``."""
    return re.sub(r"[\W_]+", " ", header.casefold()).strip()


def _first_place(headers: tuple[str, ...], places: dict[str, int]) -> int | None:
    return next((places[folded(name)] for name in headers if folded(name) in places), None)


@cache
def _shipped(name: str) -> Mapping:
    return _mapping(_document(_SHIPPED / f"{name}.toml"), name)


def _document(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(f"The column map {path.name} is not valid TOML: {error}.") from error


def _mapping(document: dict[str, Any], name: str) -> Mapping:
    document = _extended(document)
    _refuse_unknown(document, name)
    kinds = {kind: document[kind] for kind in KINDS if kind in document}
    formats = document.get("formats", {})
    return Mapping(
        title=str(document.get("title", name)),
        recognise=tuple(document.get("recognise", ())),
        columns=_columns(document.get("columns", {}), name),
        sections={kind: _columns(section, name) for kind, section in kinds.items()},
        skip_blank={k: str(s["skip_blank"]) for k, s in kinds.items() if "skip_blank" in s},
        constants={key: str(value) for key, value in document.get("constants", {}).items()},
        groups={key: str(value) for key, value in document.get("groups", {}).items()},
        date_form=formats.get("date", ""),
        decimal=formats.get("decimal", ""),
        encoding=formats.get("encoding", ""),
    )


def _extended(document: dict[str, Any]) -> dict[str, Any]:
    if "extends" not in document:
        return document
    parent_name = str(document["extends"])
    if parent_name not in shipped_names():
        raise UnreadableFile(f"A column map extends {parent_name}, which Duncan does not bring.")
    own = {key: value for key, value in document.items() if key != "extends"}
    parent = _document(_SHIPPED / f"{parent_name}.toml")
    for key, value in own.items():
        inherited = parent.get(key)
        if isinstance(inherited, dict) and isinstance(value, dict):
            parent[key] = {**inherited, **value}
        else:
            parent[key] = value
    return parent


def _refuse_unknown(document: dict[str, Any], name: str) -> None:
    sections = {key for key, value in document.items() if isinstance(value, dict)}
    for section in sorted(sections - _SECTIONS):
        raise UnreadableFile(f"The column map {name} has a section [{section}] nobody reads.")
    for section in sorted({"constants", "groups"} & sections):
        for key in sorted(document[section].keys() - _FIELDS):
            raise UnreadableFile(f"The column map {name} names {key}, which is no field.")
    formats = document.get("formats", {})
    for key in sorted(formats.keys() - _FORMATS):
        raise UnreadableFile(f"The column map {name} declares a format {key} nobody reads.")
    if formats.get("decimal", ".") not in {",", "."}:
        raise UnreadableFile(f'The column map {name} must declare decimal as "," or ".".')
    if not is_date_form(formats.get("date", "")):
        raise UnreadableFile(f'The column map {name} must spell its date form like "DD.MM.YYYY".')


def _columns(section: dict[str, Any], name: str) -> Columns:
    columns: Columns = {}
    for key, value in section.items():
        if key == "skip_blank":
            continue
        if key not in _FIELDS:
            raise UnreadableFile(f"The column map {name} names {key}, which is no field.")
        columns[key] = (value,) if isinstance(value, str) else tuple(map(str, value))
    return columns
