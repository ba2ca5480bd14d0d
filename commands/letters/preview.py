"""`duncan letters preview`: every letter in every language and case, to look at and checked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated

import typer
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from activities.letter_request import Creditor
from activities.letter_templates import LetterError, LetterTemplates
from activities.letters import Letters
from activities.policies import load_policies
from commands import printing
from commands.cases.answers import Json, installation_of
from commands.letters.cases import LetterCase, letter_cases
from commands.letters.checks import Flaw, email_flaws, own_domain, sms_flaws
from commands.letters.parts import Part, email_parts, pages
from dunning.may import NotAllowed
from settings import Settings

app = typer.Typer(help="The letters customers read.", no_args_is_help=True)

_PAGES = Path(__file__).parents[2] / "templates" / "preview"
_LOCALE = re.compile(r"[A-Za-z]{2,3}([_-][A-Za-z0-9]+)*")
_LISTED = 40


@dataclass(frozen=True)
class Problem:
    """One flaw of one letter; warnings stop nothing."""

    letter: str
    locale: str
    case: str
    part: str
    says: str
    is_warning: bool


@dataclass(frozen=True)
class Written:
    """One letter as it was written to files; paths are relative to the index."""

    letter: str
    locale: str
    case: str
    subject: str
    files: dict[str, str]
    problems: tuple[Problem, ...]


def preview(
    letters_folder: Path, out_folder: Path, locales: Sequence[str], creditor: Creditor
) -> list[Problem]:
    """Write every letter in every locale and case below `out_folder`, with an `index.html`.

    Without locales, all those the letters are written in. Answers with what is wrong; a letter
    that cannot be written is a problem too. Raises LetterError when there are no letters.
    """
    templates, letters = LetterTemplates(letters_folder), Letters(letters_folder)
    asked = list(locales) or sorted(frozenset().union(*templates.locales.values()))
    written = [
        _written(letters, templates, case, out_folder)
        for letter in sorted(templates.locales)
        for locale in asked
        for case in letter_cases(letter, locale, creditor)
    ]
    out_folder.mkdir(parents=True, exist_ok=True)
    (out_folder / "index.html").write_text(_index(written, asked), encoding="utf-8")
    return [problem for one in written for problem in one.problems]


@app.command("preview")
def preview_command(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option(help="Folder; preview in DUNCAN_HOME else.")] = None,
    locale: Annotated[
        list[str] | None, typer.Option(help="Only this locale, such as fr_CA; may be repeated.")
    ] = None,
    entity: Annotated[str, typer.Option(help="Who writes, as in entities.toml.")] = "",
    json: Json = None,
) -> None:
    """Write every letter to look at it, and check sizes, links, lines and text messages."""
    settings = installation_of(context).settings
    folder = out or settings.home / "preview"
    locales = [_locale(one) for one in locale or ()]
    creditor = _creditor(settings, entity)
    try:
        problems = preview(settings.letters, folder, locales, creditor)
    except LetterError as error:
        raise NotAllowed(str(error)) from None
    index = folder / "index.html"
    payload = {"index": str(index), "problems": [asdict(one) for one in problems]}
    if not printing.answer(payload, json):
        _print_problems(problems)
        printing.say(f"The letters are in {index}.")
    if any(not one.is_warning for one in problems):
        raise typer.Exit(1)


@app.command("check")
def check_command(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(help="Letters; those in use else.")] = None,
    json: Json = None,
) -> None:
    """Refuse letters with a broken template or a word that nobody gives, before they are used."""
    letters_folder = folder or installation_of(context).settings.letters
    try:
        problems = Letters(letters_folder).check()
    except LetterError as error:
        problems = [str(error)]
    if not printing.answer({"folder": str(letters_folder), "problems": problems}, json):
        for problem in problems or ["Every letter can be written in every language it has."]:
            printing.say(problem)
    if problems:
        raise typer.Exit(1)


def _written(
    letters: Letters, templates: LetterTemplates, case: LetterCase, out_folder: Path
) -> Written:
    request = case.request
    flaws = [*_fallback(templates, request.letter, request.locale)]
    parts: list[Part] = []
    subject = ""
    try:
        email = letters.render(request)
        subject = email.subject
        flaws += email_flaws(email, own_domain(request.creditor))
        parts += email_parts(email)
        if letters.goes_by_sms(request.letter, request.locale):
            sms = letters.render(replace(request, channel="sms")).text
            flaws += sms_flaws(sms)
            parts.append(Part("SMS", "sms.txt", f"{sms}\n".encode()))
        parts += pages(letters.documents, request)
    except LetterError as error:
        flaws.append(Flaw("template", str(error)))
    files = _write(parts, case, out_folder)
    problems = tuple(_problem(case, flaw) for flaw in flaws)
    return Written(request.letter, request.locale, case.name, subject, files, problems)


def _fallback(templates: LetterTemplates, letter: str, locale: str) -> Iterator[Flaw]:
    """Another language than the reader's is worth a look; a nearer locale of it is not."""
    written = templates.locales[letter]
    language = re.split("[_-]", locale)[0]
    if not any(re.split("[_-]", one)[0] == language for one in written):
        yield Flaw("template", f"It is not written in {locale}.", is_warning=True)


def _write(parts: Sequence[Part], case: LetterCase, out_folder: Path) -> dict[str, str]:
    """Write the parts of one letter; answers with their paths by the words of their links."""
    folder = Path(case.request.locale) / case.request.letter
    (out_folder / folder).mkdir(parents=True, exist_ok=True)
    stem = case.name.replace(",", "").replace(" ", "-")
    paths = {part.link: folder / f"{stem}.{part.suffix}" for part in parts}
    for part in parts:
        (out_folder / paths[part.link]).write_bytes(part.content)
    return {link: path.as_posix() for link, path in paths.items()}


def _problem(case: LetterCase, flaw: Flaw) -> Problem:
    request = case.request
    return Problem(request.letter, request.locale, case.name, flaw.part, flaw.says, flaw.is_warning)


def _index(written: Sequence[Written], locales: Sequence[str]) -> str:
    environment = Environment(
        loader=FileSystemLoader(_PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    by_letter: dict[str, dict[str, list[Written]]] = {}
    for one in written:
        by_letter.setdefault(one.letter, {}).setdefault(one.case, []).append(one)
    page = environment.get_template("index.html")
    return page.render(letters=by_letter, locales=locales, count=len(written))


def _locale(text: str) -> str:
    if not _LOCALE.fullmatch(text):
        raise NotAllowed(f"{text!r} is no locale; write it as fr or fr_CA.")
    return text


def _creditor(settings: Settings, entity: str) -> Creditor:
    policies = load_policies(settings.policies)
    if entity and entity not in policies.entities:
        known = ", ".join(sorted(policies.entities))
        raise NotAllowed(f"There is no entity {entity!r}; there are {known}.")
    return policies.entity(entity).creditor


def _print_problems(problems: Sequence[Problem]) -> None:
    """One row for a flaw, however many cases show it."""
    cases: dict[tuple[str, ...], list[str]] = {}
    for one in problems:
        kind = "warning" if one.is_warning else "problem"
        cases.setdefault((kind, one.letter, one.locale, one.part, one.says), []).append(one.case)
    if not cases:
        printing.say("Nothing is wrong with the letters.")
        return
    rows = [(*flaw[:4], _cases(names), flaw[4]) for flaw, names in sorted(cases.items())]
    printing.table(
        "Letters", ("severity", "letter", "locale", "part", "case", "what"), rows[:_LISTED]
    )
    if len(rows) > _LISTED:
        printing.say(f"… and {len(rows) - _LISTED} more; --json lists all.")


def _cases(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
