from __future__ import annotations

import pytest

from replies.clauses import clauses_of


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("We paid it. The rest follows soon.", ["We paid it.", "The rest follows soon."]),
        ("INV 4 is paid, INV 5 follows soon", ["INV 4 is paid", "INV 5 follows soon"]),
        ("we paid A but we dispute B", ["we paid A", "we dispute B"]),
        ("A ist bezahlt und wir prüfen B", ["A ist bezahlt", "wir prüfen B"]),
        ("Send 1.234,56 EUR today", ["Send 1.234,56 EUR today"]),
        ("Zahlung am 15. Dezember bitte", ["Zahlung am 15. Dezember bitte"]),
        ("am 24.02. beglichen", ["am 24.02. beglichen"]),
        ("lt. Auszug bezahlt", ["lt. Auszug bezahlt"]),
        ("wird am Dienstag, den 10. März, bezahlt", ["wird am Dienstag, den 10. März, bezahlt"]),
        ("...", []),
        ("", []),
    ],
)
def test_a_text_falls_into_clauses(text: str, parts: list[str]) -> None:
    assert [clause.text for clause in clauses_of(text)] == parts


def test_a_clause_knows_its_place_in_the_text() -> None:
    text = "Thanks. We paid A, but we dispute B."

    assert [text[one.start : one.end] for one in clauses_of(text)] == [
        one.text for one in clauses_of(text)
    ]


def test_only_the_sentence_that_asks_is_a_question() -> None:
    asks = [clause.asks for clause in clauses_of("We paid it on Monday. Did it arrive?")]

    assert asks == [False, True]


def test_clauses_of_one_sentence_belong_together() -> None:
    sentences = [
        clause.sentence for clause in clauses_of("If you credit 17, we will pay 18. Thanks")
    ]

    assert sentences == [0, 0, 1]
