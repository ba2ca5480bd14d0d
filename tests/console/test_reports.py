from __future__ import annotations

import io
import re
from decimal import Decimal
from html import unescape
from zipfile import ZipFile

import pytest

from console.columns import chart_of
from tests.console.small_ledger import HOSTILE, NOW
from tests.console.team import Team, sent

MONTH = "/month-end?month=2026-04"
CUSTOMER_ROW = re.compile(r'<tr data-row>\s*<td class="name">(.*?)</td>', re.DOTALL)


async def test_the_aging_names_who_owes_and_leads_to_the_invoices(team: Team) -> None:
    async with team.at_desk("auditor") as desk:
        page = (await desk.get("/reports")).text
        yen = (await desk.get("/reports?currency=JPY")).text
        past = (await desk.get("/reports?as_of=2026-04-10&basis=invoice&by=entity")).text

    assert "<strong>1,469.50 EUR</strong>" in page
    assert 'href="/?customer=C-1&amp;age=31-60&amp;currency=EUR"' in page
    assert "Open by age in EUR</title>" in page
    assert HOSTILE not in yen
    assert "300,000 JPY" in yen
    assert "10 Apr 2026, by invoice date" in past


@pytest.mark.parametrize("read", [1, 2])
async def test_the_next_pages_of_the_aging_have_the_other_customers(
    team: Team, monkeypatch: pytest.MonkeyPatch, read: int
) -> None:
    async with team.at_desk("auditor") as desk:
        whole = CUSTOMER_ROW.findall((await desk.get("/reports")).text)
        monkeypatch.setattr("console.pages.reports.PAGE_ROWS", 1)
        monkeypatch.setattr("console.pages.reports._READ", read)
        paged, link = [], "/reports"
        while link:
            page = (await desk.get(link)).text
            paged += CUSTOMER_ROW.findall(page)
            found = re.search(r'rel="next" href="([^"]+)"', page)
            link = unescape(found[1]) if found else ""

    assert len(whole) > 1
    assert paged == whole


@pytest.mark.parametrize("start", ["5", "--5~C-1", f"{'9' * 30}~C-1", "~", "-1~"])
async def test_a_damaged_place_of_the_aging_is_no_error(team: Team, start: str) -> None:
    async with team.at_desk("auditor") as desk:
        answer = await desk.get("/reports", params={"start": start, "after": start})

    assert answer.status_code == 200


async def test_amounts_of_two_currencies_are_never_one_sum(team: Team) -> None:
    async with team.at_desk("viewer") as desk:
        page = (await desk.get("/reports")).text

    assert "301,469" not in page


@pytest.mark.parametrize("view", ["figures", "expected", "promises", "disputes", "people"])
async def test_key_figures_are_drawn_with_words_beside_them(team: Team, view: str) -> None:
    async with team.at_desk("viewer") as desk:
        page = (await desk.get(f"/reports/{view}?month=2026-04&months=3")).text

    drawn = re.findall(r'<svg viewBox[^>]*aria-labelledby="(\S+) (\S+)"', page)
    assert drawn
    assert all(f'id="{title}"' in page and f'id="{desc}"' in page for title, desc in drawn)
    assert "02/26: " in page


async def test_files_say_who_asked_for_what(team: Team) -> None:
    async with team.at_desk("associate") as desk:
        packed = await desk.get("/reports?file=csv-items")
        book = await desk.get("/reports?file=xlsx&by=customer")
        pdf = await desk.get("/reports/figures?month=2026-04&months=2&file=pdf")

    with ZipFile(io.BytesIO(packed.content)) as files:
        control = files.read(f"open-items-{NOW.date()}.control.csv").decode("utf-8-sig")
    assert "user,associate" in control
    assert "total EUR,1469.50" in control
    with ZipFile(io.BytesIO(book.content)) as sheets:
        assert b'name="Control"' in sheets.read("xl/workbook.xml")
    assert pdf.content.startswith(b"%PDF")
    assert pdf.headers["content-disposition"].startswith("attachment;")


async def test_links_that_name_nonsense_are_refused_plainly(team: Team) -> None:
    async with team.at_desk("viewer") as desk:
        places = ("/reports?as_of=x", "/reports/gold", "/reports?file=exe", "/statements?as_of=x")
        answers = [(await desk.get(place)).status_code for place in places]
        month = (await desk.get("/month-end?month=2026-13")).status_code
        nobody = await desk.get("/statements?customer=nobody")

    assert answers == [400, 400, 400, 400]
    assert month == nobody.status_code == 404
    assert "There is no customer nobody" in nobody.text


async def test_a_statement_is_shown_as_it_is_printed(team: Team) -> None:
    async with team.at_desk("viewer") as desk:
        page = (await desk.get("/statements?customer=C-1")).text
        pdf = await desk.get("/statements?customer=C-1&file=pdf")

    assert page.count('href="/invoices/INV-') == 3
    assert "<strong>1,370.50 EUR</strong>" in page
    assert pdf.content.startswith(b"%PDF")


async def test_one_prepares_a_month_and_another_closes_it(team: Team) -> None:
    rates = {f"rate-{key}": "1.5" for key in ("current", "1-30", "31-60", "61-90", "90+")}
    async with team.at_desk("senior") as desk:
        refused = await sent(desk, MONTH, "prepare", {"rate-current": "many"})
        await sent(desk, MONTH, "prepare", rates)
        page = (await desk.get(MONTH)).text
    async with team.at_desk("controller") as desk:
        await sent(desk, MONTH, "review", {"note": "fine"})
        closed = (await desk.get(MONTH)).text
        pdf = await desk.get(f"{MONTH}&file=pdf")
        alone = await sent(desk, MONTH, "reopen", {"reason": "r", "approved_by": "controller"})

    assert refused.status_code == 422
    assert "This is no per cent" in refused.text
    assert "was prepared by senior; another person has to review it." in page
    assert 'id="do-review"' not in page
    assert "is closed: prepared by senior, reviewed by controller." in closed
    assert pdf.content.startswith(b"%PDF")
    assert alone.status_code == 422


@pytest.mark.parametrize(
    ("role", "path", "right"),
    [
        ("associate", "prepare", "prepare_close"),
        ("controller", "prepare", "prepare_close"),
        ("senior", "review", "sign_close"),
        ("auditor", "reopen", "sign_close"),
    ],
)
async def test_who_may_not_sign_is_refused_and_it_is_recorded(
    team: Team, role: str, path: str, right: str
) -> None:
    fields = {"form": "f" * 32, "do": path, "month": "2026-04", "reason": "r", "approved_by": "x"}
    async with team.at_desk(role) as desk:
        answer = await desk.post(f"/month-end/do/{path}", data=fields)

    assert answer.status_code == 403
    assert [one.right for one in team.refused(role)] == [right]


def test_a_chart_shows_less_than_nothing_below_its_line_and_leaves_unknown_out() -> None:
    chart = chart_of("t", [("a", Decimal(10), "10"), ("b", Decimal(-10), "-10"), ("c", None, "–")])
    up, down, none = chart.columns

    assert up.y + up.height == down.y == chart.zero
    assert up.height == down.height > 0
    assert not none.known
