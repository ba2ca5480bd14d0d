"""The month-end pack as the PDF a controller signs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import typst

from commands.month_end.pack import problems_of
from commands.month_end.parts import parts_of
from commands.month_end.shown import state_of

_FOLDER = Path(__file__).parents[2] / "templates" / "reports"
Row = dict[str, Any]


def write_document(packs: Sequence[Row], path: Path) -> None:
    """Write the PDF of one entity's month; of several, `name-entity.pdf` for each."""
    for pack in packs:
        name = f"{path.stem}-{_plain(pack['entity'])}{path.suffix}"
        place = path if len(packs) == 1 else path.with_name(name)
        place.write_bytes(document(pack))


def document(pack: Row, **options: Any) -> bytes:  # noqa: ANN401 - typst's own options
    """The pack as PDF, or as pictures with ``format="png"``; the same pack has the same bytes.

    Fonts are those inside typst.
    """
    last = date.fromisoformat(pack["last"])
    made: bytes = typst.compile(
        _FOLDER / "month_end.typ",
        root=_FOLDER,
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(_data(pack, last), ensure_ascii=False)},
        **(options or {"timestamp": datetime.combine(last, time(), UTC)}),
    )
    return made


def _data(pack: Row, last: date) -> Row:
    prepared, closed = pack["prepared"], pack["closed"]
    return {
        "title": f"Month end {pack['month']}, {pack['entity']}",
        "state": state_of(pack),
        "date": [last.year, last.month, last.day],
        "digest": f"SHA-256 {pack['digest'][:32]}…",
        "problems": problems_of(pack),
        "signatures": [_signature("Prepared by", prepared), _signature("Reviewed by", closed)],
        "parts": [_shown(part) for part in parts_of(pack)],
    }


def _signature(role: str, one: Row | None) -> list[str]:
    moment = f"recorded {one['at'][:16].replace('T', ' ')} UTC" if one else ""
    return [role, one["by"] if one else "", "Signature, date", moment]


def _shown(part: Row) -> Row:
    rows = [[_cell(cell) for cell in row] for row in part["rows"]]
    return {**part, "rows": rows}


def _cell(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _plain(name: str) -> str:
    return "".join(sign if sign.isalnum() else "-" for sign in name)
