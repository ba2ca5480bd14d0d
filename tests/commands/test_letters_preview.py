from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from activities.letter_request import Creditor
from activities.letter_templates import LetterError
from activities.policies import load_policies
from commands.installation import Installation
from commands.letters.preview import Problem, app, preview
from dunning.may import NotAllowed
from settings import Settings

_ROOT = Path(__file__).parents[2]
_LETTERS = _ROOT / "templates" / "letters"
_CREDITOR = load_policies(_ROOT / "policies").entity("").creditor


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of one letter, to break."""
    for part in ("_blocks", "reminder"):
        shutil.copytree(_LETTERS / part, tmp_path / "letters" / part)
    return tmp_path / "letters"


@pytest.fixture
def notices(folder: Path) -> Path:
    """A copy of the one letter that has a PDF."""
    shutil.rmtree(folder / "reminder")
    shutil.copytree(_LETTERS / "firm", folder / "firm")
    return folder


def previewed(folder: Path, *locales: str, creditor: Creditor = _CREDITOR) -> list[Problem]:
    return preview(folder, folder.parent / "out", locales, creditor)


def test_nothing_is_wrong_with_the_letters_of_the_house(tmp_path: Path) -> None:
    found = preview(_LETTERS, tmp_path, ["fr_CA", "es_MX", "nl_BE"], _CREDITOR)
    # Only Dutch law knows the fourteen-day letter.
    elsewhere = [one for one in found if one.letter == "nl_fourteen_day"]

    assert [one for one in found if one not in elsewhere] == []
    assert all("not written in" in one.says and one.locale != "nl_BE" for one in elsewhere)


def test_every_case_is_written_to_files_that_the_index_links(folder: Path) -> None:
    previewed(folder, "fr", "nl")

    out = folder.parent / "out"
    index = (out / "index.html").read_text()
    pages = sorted(path.relative_to(out).as_posix() for path in out.glob("*/*/*"))
    assert len(pages) == 2 * (8 * 3 + 1)
    assert [page for page in pages if f'href="{page}"' not in index] == []
    assert "fr/reminder/thirty-items-two-currencies.csv" in pages
    assert "16 letters" in index
    text = (out / "fr" / "reminder" / "one-item.txt").read_text()
    assert text.startswith("Subject: Rappel : facture S-2001 (Larkspur & Finch Ltd)\n\nBonjour")
    assert "<script" not in index


def test_a_letter_with_a_pdf_has_it_and_pictures_of_its_pages(notices: Path) -> None:
    assert previewed(notices, "de") == []

    folder = notices.parent / "out" / "de" / "firm"
    index = (notices.parent / "out" / "index.html").read_text()
    assert (folder / "one-item.pdf").read_bytes().startswith(b"%PDF-1.7")
    assert (folder / "one-item.1.png").read_bytes().startswith(b"\x89PNG")
    assert (folder / "thirty-items-two-currencies.2.png").is_file()
    assert not (folder / "thirty-items-two-currencies.3.png").exists()
    assert 'href="de/firm/one-item.pdf" target="shown">PDF</a>' in index
    assert 'href="de/firm/one-item.1.png" target="shown">page 1</a>' in index


def test_a_pdf_that_cannot_be_printed_is_a_problem(notices: Path) -> None:
    shutil.copytree(_LETTERS.parent / "documents", notices.parent / "documents")
    (notices.parent / "documents" / "notice.typ").write_text("#let x = ")

    problems = previewed(notices, "de")

    assert len(problems) == 8
    assert {problem.says.split(":")[0] for problem in problems} == {"notice.typ cannot be printed"}


def test_the_cases_are_those_that_letters_stumble_over(folder: Path) -> None:
    previewed(folder, "en")

    written = {path.stem: path.read_text() for path in folder.parent.glob("out/en/reminder/*.txt")}
    assert "Dear Sir or Madam" in written["least-that-is-given"]
    assert "€800.00 open of" in written["partly-paid"]
    assert "€200.00 of it is in dispute" in written["with-a-dispute"]
    assert "You had told us to expect payment by August 11, 2026" in written["broken-promise"]
    assert " and $" in written["thirty-items-two-currencies"]
    assert "New invoices, attached:" in written["overdue-and-new"]
    assert len(written) == 16


def test_without_locales_every_language_there_is_gets_written(folder: Path) -> None:
    previewed(folder)

    assert {path.name for path in (folder.parent / "out").glob("*/")} == {
        *("de", "en", "es", "fr", "nl")
    }


def test_a_missing_value_is_a_problem_of_every_case(folder: Path) -> None:
    (folder / "reminder" / "fr" / "body.txt").write_text("{{ colour }}")

    problems = previewed(folder, "en", "fr")

    assert len(problems) == 8
    assert {problem.locale for problem in problems} == {"fr"}
    assert "'colour' has no value" in problems[0].says
    assert not problems[0].is_warning


def test_a_value_that_not_every_customer_has_is_a_problem_of_that_case(folder: Path) -> None:
    (folder / "reminder" / "fr" / "body.txt").write_text("{{ contact_name }}")

    assert [problem.case for problem in previewed(folder, "fr")] == ["least that is given"]


def test_a_letter_in_another_language_than_the_readers_is_worth_a_look(folder: Path) -> None:
    problems = previewed(folder, "it_IT")

    assert {problem.says for problem in problems} == {"It is not written in it_IT."}
    assert all(problem.is_warning for problem in problems)


def test_a_letter_of_the_teams_own_is_previewed_too(folder: Path) -> None:
    shutil.copytree(folder / "reminder", folder / "christmas_reminder")

    assert previewed(folder, "de") == []
    assert (folder.parent / "out/de/christmas_reminder/one-item.html").is_file()


def test_a_long_company_name_costs_a_second_segment(folder: Path) -> None:
    creditor = replace(_CREDITOR, name="Gebrüder Unterholzner Landmaschinenhandel GmbH & Co. KG")

    problems = previewed(folder, "de", creditor=creditor)

    assert {problem.part for problem in problems} == {"sms"}
    assert all(problem.is_warning for problem in problems)
    assert problems[0].says.startswith("It takes 2 segments: Gebrüder")


def test_a_folder_without_letters_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LetterError, match="holds no letters"):
        preview(tmp_path, tmp_path / "out", [], _CREDITOR)


def test_the_command_ends_with_one_where_something_is_wrong(folder: Path) -> None:
    fine = run(folder, "--locale", "fr")
    (folder / "reminder" / "fr" / "subject.txt").write_text("\n")
    wrong = run(folder, "--locale", "fr", "--json", "-")

    answer = json.loads(wrong.output)
    assert (fine.exit_code, wrong.exit_code) == (0, 1)
    assert "Nothing is wrong with the letters." in fine.output
    assert Path(answer["index"]).is_file()
    assert answer["problems"][0] == {
        "letter": "reminder",
        "locale": "fr",
        "case": "one item",
        "part": "subject",
        "says": "The subject is empty.",
        "is_warning": False,
    }


def test_the_command_shows_a_flaw_once_however_many_cases_have_it(folder: Path) -> None:
    (folder / "reminder" / "fr" / "subject.txt").write_text("\n")

    shown = run(folder, "--locale", "fr")

    output = shown.output
    assert shown.exit_code == 1
    assert output.count("The subject is empty.") == 1
    assert "one item and 7 more" in output


def test_the_check_refuses_a_folder_before_it_is_used(folder: Path) -> None:
    fine = run(folder, command="check")
    (folder / "reminder" / "fr" / "body.txt").write_text(
        "{% if level == 9 %}{{ colour }}{% endif %}"
    )
    wrong = run(folder, command="check")
    other = run(_LETTERS, str(folder), "--json", "-", command="check")

    problem = "The letter reminder (fr) cannot be written: reminder/fr/body.txt, line 1: "
    assert fine.output == "Every letter can be written in every language it has.\n"
    assert (fine.exit_code, wrong.exit_code, other.exit_code) == (0, 1, 1)
    assert problem in " ".join(wrong.output.split())
    assert json.loads(other.output)["problems"] == [f"{problem}'colour' has no value."]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--locale", "../fr"), "'../fr' is no locale; write it as fr or fr_CA."),
        (("--entity", "acme"), "There is no entity 'acme'; there are demo."),
    ],
)
def test_the_command_refuses_what_it_does_not_know(
    folder: Path, arguments: tuple[str, str], why: str
) -> None:
    refusal = run(folder, *arguments).exception

    assert isinstance(refusal, NotAllowed)
    assert str(refusal) == why


def run(folder: Path, *arguments: str, command: str = "preview") -> Result:
    installation = Installation(Settings(home=folder.parent / "home", letters=folder))
    return CliRunner().invoke(_command_line(), [command, *arguments], obj=installation)


def _command_line() -> typer.Typer:
    """The preview below a command line of its own, as the door hangs it in."""
    door = typer.Typer()
    door.add_typer(app)
    return door
