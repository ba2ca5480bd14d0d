"""The folder of letter templates: finds the nearest locale, fills a template, explains failures."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    FileSystemLoader,
    FunctionLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    nodes,
)

from activities.letter_sandbox import LetterSandbox
from activities.wording import locale_chain

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from markupsafe import Markup

# A template written by a user may fail like any program: all of it is the template's fault.
_TEMPLATE_FAILURES = (
    TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    # A file that takes in itself.
    RecursionError,
)
# Mail readers show the no-break spaces of amounts as odd signs in plain text.
_PLAIN_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})


_SHEET = '{% extends "_blocks/layout.html" %}{% block letter %}{{ own }}{% endblock %}'


class LetterError(Exception):
    """A letter cannot be written: says which letter, file, line and value in one sentence."""


class LetterTemplates:
    """The templates ``<letter>/<locale>/<file>`` of one folder, sandboxed and compiled once."""

    def __init__(self, folder: Path) -> None:
        """Read the folder's letters and locales; raises LetterError when there are none."""
        self._folder = folder
        self.locales = _locales_by_letter(folder)
        files = FileSystemLoader(folder)
        self._environment = _environment(files)
        self._prose = _environment(ChoiceLoader([FunctionLoader(_block_by_name), files]))

    def nearest_locale(self, letter: str, locale: str) -> str:
        """The locale the letter is written in for this reader; raises LetterError without one."""
        written = self.locales.get(letter)
        if written is None:
            raise LetterError(f"There is no letter called {letter} in {self._folder.name}.")
        for step in locale_chain(locale):
            if step in written:
                return step
        raise LetterError(f"The letter {letter} is not written in {locale} and not in English.")

    def has(self, letter: str, locale: str, file: str) -> bool:
        """Whether the letter has this file in this locale."""
        return (self._folder / letter / locale / file).is_file()

    def line(self, letter: str, locale: str, file: str, words: Mapping[str, object]) -> str:
        """A filled template on one line: a subject, an SMS."""
        return " ".join(self.write(letter, locale, file, words).split())

    def text(self, letter: str, locale: str, file: str, words: Mapping[str, object]) -> str:
        """A filled template as plain text: plain spaces, one empty line between paragraphs."""
        return _plain_text(self.write(letter, locale, file, words))

    def html(self, letter: str, locale: str, file: str, words: Mapping[str, object]) -> str:
        """A filled template as HTML, without the empty lines and indents of its source."""
        return _plain_html(self.write(letter, locale, file, words))

    def prose(self, letter: str, locale: str, file: str, words: Mapping[str, object]) -> str:
        """A filled text whose blocks stay as paragraphs ``{{ name }}``; raises LetterError."""
        page = self._filled(self._prose, letter, locale, file, words)
        return _plain_text(page)

    def sheet(self, letter: Markup, words: Mapping[str, object]) -> str:
        """A letter's HTML on the sheet that all letters stand on."""
        return _plain_html(self._environment.from_string(_SHEET).render({**words, "own": letter}))

    def write(self, letter: str, locale: str, file: str, words: Mapping[str, object]) -> str:
        """Fill one template with words; raises LetterError when it is missing or broken."""
        return self._filled(self._environment, letter, locale, file, words)

    def _filled(
        self,
        environment: LetterSandbox,
        letter: str,
        locale: str,
        file: str,
        words: Mapping[str, object],
    ) -> str:
        name = f"{letter}/{locale}/{file}"
        try:
            return environment.get_template(name).render(words)
        except _TEMPLATE_FAILURES as error:
            place = self._place(error)
            raise LetterError(
                f"The letter {letter} ({locale}) cannot be written: {place}{_why(error)}."
            ) from error

    def tree(self, name: str) -> nodes.Template:
        """A template taken apart; raises TemplateError when it is missing or no template."""
        loader = self._environment.loader
        assert loader is not None, "the folder is the loader"
        source, _, _ = loader.get_source(self._environment, name)
        return self._environment.parse(source, name)

    def files(self, letter: str, locale: str) -> list[str]:
        """The paths of a letter's templates in one locale."""
        folder = self._folder / letter / locale
        return [f"{letter}/{locale}/{path.name}" for path in sorted(folder.glob("*.*"))]

    def _place(self, error: Exception) -> str:
        """The template file and line where it went wrong, "" when there is no such file."""
        if isinstance(error, TemplateSyntaxError):
            return f"{error.name}, line {error.lineno}: "
        frames = [
            frame
            for frame in traceback.extract_tb(error.__traceback__)
            if frame.filename.startswith(f"{self._folder}/")
        ]
        if not frames:
            return ""
        file = frames[-1].filename.removeprefix(f"{self._folder}/")
        return f"{file}, line {frames[-1].lineno}: "


def _locales_by_letter(folder: Path) -> dict[str, frozenset[str]]:
    """The folders in a letter's folder are its locales; a leading underscore marks blocks."""
    letters: dict[str, set[str]] = {}
    for locale in sorted(folder.glob("[!_]*/*/")):
        letters.setdefault(locale.parent.name, set()).add(locale.name)
    if not letters:
        raise LetterError(f"The folder {folder.name} holds no letters.")
    return {letter: frozenset(locales) for letter, locales in letters.items()}


def _environment(loader: BaseLoader) -> LetterSandbox:
    environment = LetterSandbox(
        loader=loader,
        undefined=StrictUndefined,
        autoescape=_is_html,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        cache_size=-1,
    )
    # Templates print words; they need no functions.
    environment.globals.clear()
    return environment


def _block_by_name(name: str) -> str | None:
    """A block that is not written but named, for people who write around it."""
    folder, _, file = name.rpartition("/")
    if not folder.startswith("_blocks/") or not file.endswith(".txt"):
        return None
    shown = "{{ " + file.removesuffix(".txt") + " }}"
    return '\n{{ "' + shown + '" }}\n\n'


def _plain_text(page: str) -> str:
    lines = [line.rstrip() for line in page.translate(_PLAIN_SPACES).split("\n")]
    kept = [line for line, above in zip(lines, ["", *lines], strict=False) if line or above]
    return "\n".join(kept).strip() + "\n"


def _plain_html(page: str) -> str:
    return "\n".join(line for line in map(str.strip, page.split("\n")) if line)


def _is_html(name: str | None) -> bool:
    return name is None or name.endswith(".html")


def _why(error: Exception) -> str:
    if isinstance(error, TemplateNotFound):
        return f"the file {error.name} is missing"
    return str(error).rstrip(".").replace("is undefined", "has no value")
