"""A list as a file to take away: a workbook, or a table with its control file, zipped."""

from __future__ import annotations

import tempfile
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from fastapi import Response

from commands.reports.csv_file import write_csv
from commands.reports.table import ReportTable, made_by
from commands.reports.xlsx import write_xlsx
from console.desk import Desk

FORMATS = ("csv", "xlsx")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def table_file(desk: Desk, table: ReportTable, name: str, form: str) -> Response:
    """The file, named `name`; who asked and when stands in it, beside its filters and totals."""
    signed = made_by(table, desk.visit.by, desk.now())
    with tempfile.TemporaryDirectory() as folder:
        if form == "xlsx":
            path = Path(folder) / f"{name}.xlsx"
            write_xlsx(signed, path)
            return download(path.read_bytes(), path.name, _XLSX)
        path = Path(folder) / f"{name}.csv"
        control = write_csv(signed, path)
        return download(_zipped(path, control), f"{name}.zip", "application/zip")


def download(content: bytes, name: str, media_type: str) -> Response:
    """A file that a browser keeps and does not open; `name` is one of ours."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


def _zipped(*paths: Path) -> bytes:
    held = BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED) as packed:
        for path in paths:
            packed.write(path, path.name)
    return held.getvalue()
