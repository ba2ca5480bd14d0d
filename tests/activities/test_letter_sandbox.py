from __future__ import annotations

from pathlib import Path

import pytest

from activities.letter_templates import LetterError, LetterTemplates

WORDS = {"total": "1.00", "items": ["a", "b"], "creditor": {"name": "Larkspur"}}


def written(folder: Path, text: str) -> str:
    place = folder / "level1" / "en"
    place.mkdir(parents=True, exist_ok=True)
    (place / "body.txt").write_text(text)
    return LetterTemplates(folder).write("level1", "en", "body.txt", WORDS)


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("{{ creditor.name|upper }}: {{ total }}", "LARKSPUR: 1.00"),
        ("{% for one in items %}{{ one }}{% if not loop.last %}, {% endif %}{% endfor %}", "a, b"),
        ("{% if items|length > 1 and total %}many{% endif %}", "many"),
        ("{% block end %}{{ total }}{% endblock %}", "1.00"),
    ],
)
def test_letters_have_words_choices_and_lists(tmp_path: Path, text: str, page: str) -> None:
    assert written(tmp_path, text) == page


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{{ 9**9**9 }}", "no arithmetic"),
        ("{{ 'a' * 1000000000 }}", "no arithmetic"),
        ("{{ -total }}", "no arithmetic"),
        ("{% set a = total %}", 'no "assign"'),
        ("{{ total.ljust(1000000000) }}", "no function calls"),
        ("{{ ''.__class__.__mro__ }}{{ total.upper() }}", "no function calls"),
        ("{{ total|center(1000000000) }}", 'no filter "center"'),
        ("{{ '%1000000000s'|format(total) }}", 'no filter "format"'),
        ("{% macro x() %}{% endmacro %}", "no macros"),
        ("{% import 'other.txt' as other %}", 'no "import"'),
        ("{% include total %}", "in quotes"),
        ("{% for a in items recursive %}{{ loop(items) }}{% endfor %}", "no recursion"),
        ("{% for a in items %}" * 3 + "{% endfor %}" * 3, "lists stand in each other"),
        ("{% include 'level1/en/body.txt' %}", "cannot be written"),
        ("x" * 100_001, "longer than"),
        ("{% if total %}" * 2_000 + "{% endif %}" * 2_000, "nested too deeply|too many"),
    ],
)
def test_what_computes_or_grows_is_refused_with_its_place(
    tmp_path: Path, text: str, why: str
) -> None:
    with pytest.raises(LetterError, match=why):
        written(tmp_path, text)
