from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from activities.letters import Letters
from tests.activities.letter_requests import FOLDER


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of one letter, to break."""
    for part in ("_blocks", "reminder"):
        shutil.copytree(FOLDER / part, tmp_path / "letters" / part)
    return tmp_path / "letters"


@pytest.mark.parametrize(
    ("branch", "problem"),
    [
        ("{{ colour }}", "'colour' has no value"),
        ("{{ overdue.colour }}", "there is no 'colour' in it"),
        ("{{ overdue.single.colour }}", "there is no 'colour' in it"),
        ("{{ overdue.first.due.year }}", "there is no 'year' in it"),
        ("{{ creditor.colour }}", "there is no 'colour' in it"),
        ("{{ customer.name }}", "there is no 'name' in it"),
        ("{% for item in overdue.rows %}{{ item.colour }}{% endfor %}", "there is no 'colour'"),
        ("{% for item in overdue.rows %}{{ row.due }}{% endfor %}", "'row' has no value"),
        ("{% for l in [open] %}{{ l.rows }}{{ l.kinds }}{% endfor %}", "there is no 'kinds'"),
        ("{% for one in lists %}{{ one.colour }}{% endfor %}", "there is no 'colour' in it"),
        ("{% if colour %}x{% endif %}", "'colour' has no value"),
        ("{{ contact_name or colour }}", "'colour' has no value"),
        ("{{ lists.append(1) }}", "letters have no function calls"),
        ("{% include '_blocks/de/unheard.txt' %}", "_blocks/de/unheard.txt, line 1: 'unheard'"),
    ],
)
def test_a_word_nobody_gives_is_found_where_no_letter_has_come_yet(
    folder: Path, branch: str, problem: str
) -> None:
    (folder / "_blocks" / "de" / "unheard.txt").write_text("{{ unheard }}")
    body = folder / "reminder" / "de" / "body.txt"
    body.write_text(f"{body.read_text()}{{% if level == 7 %}}{branch}{{% endif %}}")

    problems = Letters(folder).check()

    assert len(problems) == 1
    assert problems[0].startswith("The letter reminder (de) cannot be written: ")
    assert problem in problems[0]


@pytest.mark.parametrize(
    "branch",
    [
        "{{ contact_name or customer_name }}",
        "{% for line in creditor.bank_details %}{{ line }}{% endfor %}",
        "{% for list in lists %}{% for item in list.rows %}{{ item.due }}{% endfor %}{% endfor %}",
        "{{ document_link }}{{ document }}{{ items_file }}{{ new.first.amount }}",
    ],
)
def test_every_word_there_is_may_be_used(folder: Path, branch: str) -> None:
    body = folder / "reminder" / "de" / "body.txt"
    body.write_text(f"{body.read_text()}{{% if level == 7 %}}{branch}{{% endif %}}")

    assert Letters(folder).check() == []


def test_a_subject_is_there_for_the_page_and_not_for_itself(folder: Path) -> None:
    subject = folder / "reminder" / "de" / "subject.txt"
    subject.write_text(f"{subject.read_text()}{{% if level == 7 %}}{{{{ subject }}}}{{% endif %}}")

    assert "reminder/de/subject.txt, line" in Letters(folder).check()[0]
