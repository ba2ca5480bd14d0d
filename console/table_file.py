"""A list as a file to take away: a workbook, or a table with its control file, zipped."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

from fastapi import Response
from fastapi.responses import StreamingResponse

from commands.reports.csv_file import write_csv
from commands.reports.table import ReportTable, made_by
from commands.reports.xlsx import write_xlsx
from console.desk import Desk

FORMATS = ("csv", "xlsx")
_PIECE = 1 << 18
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def table_file(desk: Desk, table: ReportTable, name: str, form: str) -> Response:
    """The file, named `name`; who asked and when stands in it, beside its filters and totals."""
    signed = made_by(table, desk.visit.by, desk.now())
    with tempfile.TemporaryDirectory() as folder:
        if form == "xlsx":
            path = Path(folder) / f"{name}.xlsx"
            write_xlsx(signed, path)
            return _sent(path, path.name, _XLSX)
        path = Path(folder) / f"{name}.csv"
        packed = _zipped(path, write_csv(signed, path))
        return _sent(packed, f"{name}.zip", "application/zip")


def download(content: bytes, name: str, media_type: str) -> Response:
    """A file that a browser keeps and does not open; `name` is one of ours."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


def _sent(path: Path, name: str, media_type: str) -> Response:
    """The file in pieces, from a copy that ends with the answer: it may not fit into memory."""
    held = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it has been sent
    with path.open("rb") as written:
        shutil.copyfileobj(written, held, _PIECE)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    headers["Content-Length"] = str(held.tell())
    held.seek(0)
    return StreamingResponse(_pieces(held), media_type=media_type, headers=headers)


def _pieces(held: BinaryIO) -> Iterator[bytes]:
    with held:
        while piece := held.read(_PIECE):
            yield piece


def _zipped(*paths: Path) -> Path:
    zipped = paths[0].with_suffix(".zip")
    with ZipFile(zipped, "w", ZIP_DEFLATED) as packed:
        for path in paths:
            packed.write(path, path.name)
    return zipped
