"""What goes wrong between people and pages: told beside the field, nothing lost, nothing run."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Browser, expect

from commands.people.actions import PeopleActions
from commands.people.sign_in import SignIns
from tests.console.served import at_desk, served
from tests.console.small_ledger import NOW, RIGHT_TO_LEFT
from tests.console.team import Team

PASSWORD = "a long enough sentence"  # noqa: S105 - of a test
_MEGABYTE = 1_000_000
_ATTACK = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"


async def test_of_two_who_act_on_one_case_at_once_one_is_told_to_look_again(team: Team) -> None:
    seen = str(team.version("INV-1"))
    async with team.at_desk("associate") as one, team.at_desk("senior") as two:
        answers = await asyncio.gather(
            *(
                desk.post(
                    "/invoices/INV-1/do/pause",
                    data={"form": form * 32, "do": "pause", "seen": seen, "note": f"by {form}"}
                    | {"reason": "goodwill"},
                )
                for desk, form in ((one, "a"), (two, "b"))
            )
        )

    assert sorted(answer.status_code for answer in answers) == [303, 409]
    told, lost = next((one, f) for one, f in zip(answers, "ab", strict=True) if one.is_error)
    assert "changed since you opened it" in told.text
    assert f">by {lost}</textarea>" in told.text
    with team.books.wiring.ledger.reading() as books:
        assert len(books.histories(["invoice:INV-1"])["invoice:INV-1"]) > int(seen)


@pytest.mark.slow
async def test_a_megabyte_typed_into_a_note_stays_beside_what_is_wrong_with_it(
    browser: Browser, team: Team
) -> None:
    note = f"{_ATTACK} {RIGHT_TO_LEFT} " + "x" * _MEGABYTE
    async with (
        served(team.books) as address,
        at_desk(browser, team.books, address, "associate") as page,
    ):
        await page.goto(f"{address}/invoices/INV-1?do=pause")
        await page.locator("#pause-reason").select_option("goodwill")
        await page.locator("#pause-note").fill(note)
        await page.get_by_role("button", name="Pause", exact=True).click()

        await expect(page.locator("#pause-note-wrong")).to_contain_text("This is too long")
        await expect(page.locator("#pause-note")).to_be_focused()
        assert await page.locator("#pause-note").input_value() == note
        assert await page.locator("#pause-reason").input_value() == "goodwill"
        await page.locator("#pause-note").fill(f"{_ATTACK} {RIGHT_TO_LEFT}")
        await page.get_by_role("button", name="Pause", exact=True).click()
        await expect(page.locator(".said")).to_contain_text("Paused.")
        assert "owned" not in await page.title()
        await expect(page.locator("#invoice bdi", has_text="onerror").first).to_be_visible()


@pytest.mark.slow
async def test_a_file_that_met_the_end_of_a_session_is_asked_for_again(
    browser: Browser, team: Team
) -> None:
    ledger = team.books.wiring.ledger
    link = PeopleActions(ledger, "administrator", NOW).reset("associate")
    SignIns(ledger, NOW).by_link(link, PASSWORD)
    file = {"name": "../../<b>x</b>.csv", "mimeType": "text/csv", "buffer": b"invoice\n1\n"}
    async with (
        served(team.books) as address,
        at_desk(browser, team.books, address, "associate") as page,
    ):
        await page.goto(f"{address}/imports")
        await page.locator("#look-kind").select_option("payments")
        await page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
        await page.context.clear_cookies()
        await page.locator("main form[action='/imports/look'] button.main").click()
        await expect(page.locator(".said")).to_contain_text("the file has to be chosen again")
        await page.get_by_label("Name", exact=True).fill("associate")
        await page.get_by_label("Password", exact=True).fill(PASSWORD)
        await page.get_by_role("button", name="Sign in").click()
        await page.get_by_role("button", name="Send it now").click()
        await expect(page.locator("main")).to_contain_text("Choose a file that is not empty.")
        await expect(page.locator("#look-kind")).to_have_value("payments")
