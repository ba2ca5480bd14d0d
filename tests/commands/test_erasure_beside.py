"""What an erasure reaches beside the facts: jobs and files of the desk; packs, only named."""

from __future__ import annotations

import json
import re
from pathlib import Path

from sqlalchemy import select

from activities.planning import Planner
from commands.audit.audit import audit
from commands.audit.erased_since import erased_since, since_sentence
from commands.audit.pack import write_pack
from commands.audit.pack_file import unpacked
from commands.audit.verifying import verify_pack
from commands.doctor.finding import DoctorContext
from ledger.desk_jobs import begin_job, end_job, job_of, outcome_of_job
from ledger.desk_uploads import UPLOAD, DeskUploadRow, keep_upload
from ledger.tables import CaseRow, table
from tests.commands.auditing import wired
from tests.commands.rehearsed import AFTER_ALL
from tests.commands.test_audit import WHOLE
from tests.commands.writing_customer import actions

CASE = table(CaseRow)
WHY = "asked for by letter of 3 June"


def test_a_pack_made_before_says_what_was_erased_since(
    ctx: DoctorContext, planner: Planner, tmp_path: Path
) -> None:
    wiring, pack = wired(ctx.settings), tmp_path / "pack.zip"
    write_pack(wiring, ctx.settings, WHOLE, audit(ctx.ledger, planner, WHOLE, lambda _: None), pack)
    wiring.ledger.engine.dispose()
    files = unpacked(pack)
    sampled = next(one.split("/")[1] for one in sorted(files) if "/messages/" in one)
    stream = json.loads(files[f"samples/{sampled}/facts.json"])["stream"]

    def since() -> list[str]:
        with ctx.ledger.reading() as books:
            return erased_since(pack, books.connection)

    before = since()
    with ctx.ledger.reading() as books:
        whose = books.case(stream.removeprefix("invoice:")).customer
    actions(ctx, "ada").ask(whose, WHY)
    actions(ctx, "grace").approve(whose, "a court ordered it")
    after = since()

    assert before == []
    assert any(re.match(r"message \S+ erased on \S+ by grace$", one) for one in after)
    assert verify_pack(pack).ok
    assert f"{len(after)} of these facts" in since_sentence(after)


def test_jobs_of_the_desk_and_uploaded_files_go_with_the_customer(
    ctx: DoctorContext,
) -> None:
    names = dict.fromkeys(("job", "person", "kind", "title", "problem", "location", "about"), "x")
    counts = dict.fromkeys(("done", "total", "size"), 0)
    ctx.ledger.transact(lambda b: begin_job(b.connection, names | counts, AFTER_ALL))
    found = {"outcome": b"\x00compressed", "size": 11}
    ctx.ledger.transact(lambda b: end_job(b.connection, "x", found, AFTER_ALL))
    file = DeskUploadRow(
        upload="u", person="x", name="x.csv", at=AFTER_ALL, size=11, content=b"\x00compressed"
    )
    ctx.ledger.transact(lambda b: keep_upload(b.connection, file))
    with ctx.ledger.reading() as books:
        whose = str(books.connection.execute(select(CASE.c.customer).limit(1)).scalar_one())
    actions(ctx, "ada").ask(whose, WHY)
    actions(ctx, "grace").approve(whose, "a court ordered it")

    with ctx.ledger.reading() as books:
        assert outcome_of_job(books.connection, "x") is None
        assert job_of(books.connection, "x", "x") is None
        assert books.connection.execute(UPLOAD.select()).all() == []
