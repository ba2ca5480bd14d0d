from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from commands.mailroom.classify import BadLine, classify, classify_file

_GOOD: dict[str, Any] = {
    "id": "r1",
    "channel": "sms",
    "received_at": "2026-03-04T09:00:00Z",
    "text": "will send 1,250.5 friday",
    "locale": "en-US",
}


def _file(folder: Path, *lines: str) -> Path:
    file = folder / "replies.jsonl"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_an_answer_has_the_keys_of_the_contract(tmp_path: Path) -> None:
    [answer] = classify_file(_file(tmp_path, json.dumps(_GOOD)))

    assert isinstance(answer, dict)
    assert {key: answer[key] for key in ("id", "intents", "promised_date", "promised_amount")} == {
        "id": "r1",
        "intents": ["promise_to_pay"],
        "promised_date": "2026-03-06",
        "promised_amount": "1250.50",
    }
    assert answer["stop_contact"] is False
    assert 0 <= answer["confidence"] <= 1
    assert answer["evidence"][0]["text"] == answer["new_text"] == _GOOD["text"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "It is no JSON."),
        ("[]", "It is no JSON object."),
        ("[" * 5_000, "It is no JSON."),
        ("{}", '"id" is missing or no text.'),
        (json.dumps(_GOOD | {"text": 5}), '"text" is missing or no text.'),
        (json.dumps(_GOOD | {"channel": "fax"}), "\"channel\" is 'fax'; it must be email or sms."),
        (
            json.dumps(_GOOD | {"received_at": "soon"}),
            '"received_at" is no moment such as 2026-03-31T09:00:00+02:00.',
        ),
        (json.dumps(_GOOD | {"locale": 7}), '"locale" is no text.'),
        (json.dumps(_GOOD | {"invoices": "4711"}), '"invoices" is no list of texts.'),
        (json.dumps(_GOOD | {"text": "x" * 1_000_001}), "It is longer than 1,000,000 bytes."),
    ],
)
def test_a_bad_line_says_why_and_loses_no_other(tmp_path: Path, line: str, why: str) -> None:
    answers = list(classify_file(_file(tmp_path, json.dumps(_GOOD), line, json.dumps(_GOOD))))

    assert answers[1] == BadLine(2, why)
    assert [isinstance(one, dict) for one in answers] == [True, False, True]


def test_bytes_that_are_no_text_are_a_bad_line(tmp_path: Path) -> None:
    file = tmp_path / "replies.jsonl"
    file.write_bytes(b'{"id": "\xff"}\n')

    assert list(classify_file(file)) == [BadLine(1, "It is not UTF-8.")]


def test_answers_are_written_one_a_line(tmp_path: Path) -> None:
    target = tmp_path / "answers.jsonl"
    row = json.dumps(_GOOD)

    assert classify(_file(tmp_path, row, "", row), str(target))
    assert [json.loads(line)["id"] for line in target.read_text().splitlines()] == ["r1", "r1"]


def test_half_a_sign_is_told_as_a_question_mark(tmp_path: Path) -> None:
    target = tmp_path / "answers.jsonl"
    row = json.dumps(_GOOD | {"text": "paid \ud83d yesterday"})

    assert classify(_file(tmp_path, row), str(target))
    assert json.loads(target.read_text())["new_text"] == "paid ? yesterday"


def test_a_bad_line_is_not_clean(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert not classify(_file(tmp_path, "{"), str(tmp_path / "answers.jsonl"))
    assert "line 1: It is no JSON." in capsys.readouterr().err


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_no_mail_is_of_another_age(tmp_path: Path, day: str) -> None:
    row = _GOOD | {"received_at": f"{day}T23:00:00+14:00", "text": "friday, in two weeks"}
    [answer] = classify_file(_file(tmp_path, json.dumps(row)))

    assert isinstance(answer, BadLine)


@pytest.mark.slow
def test_a_thousand_replies_take_seconds(tmp_path: Path) -> None:
    text = (
        "Hello,\n\nwe paid 4410 on Monday, but 4411 is wrong. Can you send a copy?\n\nRegards\nJo"
    )
    rows = (json.dumps(_GOOD | {"text": f"{text} {number}"}) for number in range(1_000))
    file = _file(tmp_path, *rows)
    began = time.perf_counter()

    assert sum(1 for _ in classify_file(file)) == 1_000
    assert time.perf_counter() - began < 30
