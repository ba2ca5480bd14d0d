from __future__ import annotations

from urllib.parse import quote

import pytest
from httpx import AsyncClient

from tests.console.small_ledger import HOSTILE, ODD_NUMBER, SmallLedger


async def test_an_invoice_says_what_comes_next_and_why(desk: AsyncClient) -> None:
    page = (await desk.get("/invoices/INV-2")).text

    assert "Paused" in page
    assert "20 May 2026, 23:00" in page, "in the team's zone"
    assert "21 May 2026, 00:00 for the customer, Europe/Berlin" in page
    assert "Paused until 20 May 2026." in page


async def test_an_invoice_tells_what_was_not_sent_and_why(desk: AsyncClient) -> None:
    page = (await desk.get("/invoices/INV-1")).text

    assert "Not sent: request sms" in page
    assert "(NO_CONTACT); the step is not tried again" in page
    assert "Not done: call" in page, "a call is not sent"


async def test_an_invoice_shows_its_promise_and_its_dispute(desk: AsyncClient) -> None:
    promise, dispute = (
        (await desk.get("/invoices/INV-3")).text,
        (await desk.get("/invoices/INV-4")).text,
    )

    assert "12 May 2026" in promise
    assert "not yet" in promise
    assert "the whole invoice" in dispute
    assert "quality" in dispute


async def test_an_invoice_links_the_messages_that_spoke_of_it(
    desk: AsyncClient, ledger: SmallLedger
) -> None:
    assert f"/messages/{ledger.message_of('INV-1')}" in (await desk.get("/invoices/INV-1")).text


async def test_a_closed_case_has_nothing_next(desk: AsyncClient) -> None:
    page = (await desk.get("/invoices/INV-5")).text

    assert "Nothing, the case is closed" in page
    assert "overdue" not in page


async def test_a_number_may_hold_everything_that_means_something_in_an_address(
    desk: AsyncClient,
) -> None:
    page = (await desk.get("/")).text
    address = f"/invoices/{quote(ODD_NUMBER, safe='')}"

    assert f'href="{address}"' in page
    assert "300,000 JPY" in (await desk.get(address)).text


@pytest.mark.parametrize(
    "address", ["/invoices/INV-99", "/customers/C-99", "/messages/99", "/messages/99/letter", "/no"]
)
async def test_what_is_not_there_is_said_in_plain_words(desk: AsyncClient, address: str) -> None:
    answer = await desk.get(address)

    assert answer.status_code == 404
    assert "There is no" in answer.text or "The outbox holds no" in answer.text
    assert "See the open cases" in answer.text


async def test_a_customer_has_its_open_items_messages_and_tasks(
    desk: AsyncClient, ledger: SmallLedger
) -> None:
    page = (await desk.get("/customers/C-1")).text

    assert all(f"/invoices/INV-{number}" in page for number in (1, 2, 3))
    assert "/invoices/INV-4" not in page
    assert ledger.message_of("INV-1") in page
    assert "Call" in page
    assert "c-1@customer.example" in page
    assert "closed case" not in page


async def test_a_customer_leads_to_its_closed_cases(desk: AsyncClient) -> None:
    assert "/?customer=C-3&amp;closed=yes" in (await desk.get("/customers/C-3")).text
    assert "/invoices/INV-5" in (await desk.get("/?customer=C-3&closed=yes")).text


async def test_a_message_shows_who_got_what(desk: AsyncClient, ledger: SmallLedger) -> None:
    page = (await desk.get(f"/messages/{ledger.message_of('INV-1')}")).text

    assert "c-1@customer.example" in page
    assert "INV-1" in page
    assert "covered: step courtesy" in page
    assert "<iframe" in page
    assert " sandbox " in page


async def test_the_letter_is_the_one_that_was_sent(desk: AsyncClient, ledger: SmallLedger) -> None:
    attempt = ledger.message_of("INV-1")
    kept = (ledger.outbox / f"{attempt}.eml").read_text("utf-8")
    letter = (await desk.get(f"/messages/{attempt}/letter")).text

    assert "Jana Kurz" in letter
    assert "Jana Kurz" in kept
    assert letter.lstrip().lower().startswith("<!doctype html>")


async def test_every_message_is_listed_with_its_state(
    desk: AsyncClient, ledger: SmallLedger
) -> None:
    assert ledger.message_of("INV-4") in (await desk.get("/messages?state=sent")).text
    assert "No message is in this state." in (await desk.get("/messages?state=refused")).text


async def test_tasks_name_their_role_and_what_is_owed(desk: AsyncClient) -> None:
    everybody, associate = (
        (await desk.get("/tasks")).text,
        (await desk.get("/tasks?role=associate")).text,
    )

    assert "AR lead" in everybody
    assert "1,250.00 EUR" in everybody
    assert "Escalation" in everybody
    assert "Escalation" not in associate


async def test_names_are_shown_literally_and_stay_out_of_addresses(desk: AsyncClient) -> None:
    for address in ("/", "/customers/C%2F2", "/messages", "/tasks"):
        page = (await desk.get(address)).text

        assert "<script>" not in page, address
        assert "&lt;script&gt;" in page, address
        assert quote(HOSTILE) not in page, address


async def test_the_banner_tells_where_the_books_are_and_where_their_history_is_from(
    desk: AsyncClient,
) -> None:
    page = (await desk.get("/")).text

    assert "history from a rehearsal" in page
    assert "var/small" in page
