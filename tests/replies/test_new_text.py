"""Only what the customer wrote this time is read."""

from __future__ import annotations

import email
import time
import tomllib
from email import policy
from pathlib import Path

import pytest

from replies.new_text import new_text

ROOT = Path(__file__).parents[2]
TALON = ROOT.parent / "shared/data/email_replies/talon/standard_replies"
HERE = Path(__file__).parent
WHOLE = tomllib.loads((HERE / "whole_mails.toml").read_text(encoding="utf-8"))
WRITTEN = tomllib.loads((Path(__file__).parent / "mail_programs.toml").read_text(encoding="utf-8"))
ATTRIBUTIONS: dict[str, str] = WRITTEN["attributions"]
HEADERS: dict[str, str] = WRITTEN["headers"]
FORWARDS: dict[str, str] = WRITTEN["forwards"]
FOOTERS: list[str] = WRITTEN["additions"]["footers"]
SIGNATURES: list[str] = WRITTEN["additions"]["signatures"]
NOTICES: list[str] = WRITTEN["additions"]["notices"]
OURS = "Dear customer,\nyour invoice 4711 over EUR 1,250.00 was due on 12 October.\nPlease pay."
ANSWER = "Hello,\n\nwe will pay 500 EUR on Friday: the rest follows."
QUOTED = "\n".join(f"> {line}" for line in OURS.split("\n"))


@pytest.mark.parametrize("attribution", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
def test_an_answer_above_a_quote_is_all_there_is(attribution: str) -> None:
    assert new_text(f"{ANSWER}\n\n{attribution}\n\n{QUOTED}\n") == ANSWER


@pytest.mark.parametrize("attribution", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
def test_an_answer_below_a_quote_survives(attribution: str) -> None:
    assert new_text(f"{attribution}\n{QUOTED}\n\n{ANSWER}\n") == ANSWER


@pytest.mark.parametrize("attribution", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
def test_answers_between_quoted_lines_survive(attribution: str) -> None:
    text = f"{attribution}\n> When do you pay?\n\nOn Friday.\n\n> Which invoice?\n\nBoth."

    assert new_text(text) == "On Friday.\n\nBoth."


@pytest.mark.parametrize("name", [n for n in ATTRIBUTIONS if "apple" not in n])
def test_history_whose_quote_marks_were_lost_is_left_out(name: str) -> None:
    assert new_text(f"{ANSWER}\n\n{ATTRIBUTIONS[name]}\n\n{OURS}\n") == ANSWER


@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS)
def test_history_below_headers_is_left_out(headers: str) -> None:
    assert new_text(f"{ANSWER}\n\n{headers}\n\n{OURS}\n") == ANSWER


@pytest.mark.parametrize("headers", FORWARDS.values(), ids=FORWARDS)
def test_a_forward_keeps_the_words_above_it(headers: str) -> None:
    assert new_text(f"For your files.\n\n{headers}\n\n{OURS}\n") == "For your files."


@pytest.mark.parametrize("headers", FORWARDS.values(), ids=FORWARDS)
def test_a_forward_without_own_words_gives_its_body(headers: str) -> None:
    assert new_text(f"{headers}\n\n{OURS}\n") == OURS


@pytest.mark.parametrize("footer", FOOTERS)
def test_a_footer_of_a_phone_is_left_out(footer: str) -> None:
    assert new_text(f"{ANSWER}\n\n{footer}\n\n{ATTRIBUTIONS['en gmail']}\n{QUOTED}") == ANSWER


@pytest.mark.parametrize("signature", SIGNATURES)
def test_a_signature_is_left_out(signature: str) -> None:
    assert new_text(f"{ANSWER}\n\n{signature}\n\n{HEADERS['en outlook']}\n\n{OURS}") == ANSWER


@pytest.mark.parametrize("notice", NOTICES)
def test_a_legal_notice_is_left_out(notice: str) -> None:
    assert new_text(f"{ANSWER}\n\nKind regards,\nJane Doe\n\n{notice}\n") == ANSWER


@pytest.mark.parametrize(
    "text",
    [
        "From: the 1st of May\nTo: the 3rd of May we are closed.",
        "On Friday we will pay, as my colleague wrote: both invoices.",
        "Open are\n- 4711\n- 4712\n- 4713",
        "Thanks\nwe will pay tomorrow",
        "Thanks",
        "STOP",
        "Please contact:\nJane Doe\njane@buyer.example\n+44 20 7946 0958",
        "We sent it from our iPhone shop account on Friday, please check.",
        "Best wishes to the team, and please resend the invoice.",
        "The contract is confidential, so I cannot send it to you.",
        "Subject: invoice 4711\nwe never got it.",
        "It is your message of 12.10.2026 that is wrong, not ours.",
        "Cheers for the quick answer, payment goes out today.",
        "Groß geschrieben: nein.",
        "Bonjour,\nla facture a été payée le 12.\nMerci de vérifier.",
    ],
)
def test_what_only_looks_like_an_addition_stays(text: str) -> None:
    assert new_text(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Paid.\n\nRegards,\nJane\n\nPS: please send a W-9.", "Paid.\n\nPS: please send a W-9."),
        ("Paid.\r\n\r\nRegards,\r\nJane", "Paid."),
        ("\ufeffPaid\u00a0today.\u200b", "Paid today."),
        ("> only\n> quoted", ""),
        ("", ""),
        ("   \n\n ", ""),
        ("Regards,\nJane", "Regards,\nJane"),
        ("Sent from my iPhone", ""),
        ("Yes\n\n\n\n\nno", "Yes\n\nno"),
        ("We pay cafe\u0301 bills", "We pay café bills"),
        ("Paid.\n\n##- Bitte antworten Sie über dieser Zeile -##\n> old", "Paid."),
        (f"{HEADERS['en outlook']}\n\n##- reply above this line -##\n{OURS}", ""),
    ],
)
def test_corner_cases_have_one_answer(text: str, expected: str) -> None:
    assert new_text(text) == expected


@pytest.mark.parametrize("mail", WHOLE["mail"])
def test_a_whole_mail_gives_only_its_new_words(mail: dict[str, str]) -> None:
    assert new_text(mail["text"]) == mail["new"]


def test_a_text_message_has_no_quotes_but_may_have_a_footer() -> None:
    assert new_text(" From: me\nTo: you, pay fri\n", "sms") == "From: me\nTo: you, pay fri"
    assert new_text("pay fri\nSent from my iPhone", "sms") == "pay fri"


@pytest.mark.skipif(not TALON.is_dir(), reason="the shared sample mails are not here")
def test_the_sample_mails_of_thirteen_programs_give_their_new_text() -> None:
    mails = sorted(TALON.glob("*.eml"))
    read = {mail.stem: new_text(_plain(mail)) for mail in mails}

    assert len(read) >= 12
    assert set(read.values()) == {"Hello"}


def _plain(mail: Path) -> str:
    message = email.message_from_bytes(mail.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.mark.parametrize(
    "unit",
    [
        "On 1 wrote ",
        "> ",
        ">" * 50 + "\n",
        "From: a\n",
        "a: b\n",
        "-",
        "- \n",
        "Am 10:10 schrieb\n",
        "Regards,\n",
        "a@",
        "\n",
        " ",
        "sent from ",
        "confidential e-mail intended ",
        "*",
        "__\n",
        "Jane\n\n",
        "mit freundlichen ",
        "1 2 3 ",
        "www.",
        "'",
        "##-",
        "Veuillez ",
    ],
)
def test_hostile_text_takes_no_more_than_its_length(unit: str) -> None:
    started = time.process_time()
    new_text(unit * (100_000 // len(unit)))

    assert time.process_time() - started < 2.5
