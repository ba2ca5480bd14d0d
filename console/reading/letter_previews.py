"""Letters as the desk previews them: of any version, in every language and situation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from activities.letter_request import Creditor, LetterRequest, RenderedLetter
from activities.letter_templates import LetterError
from activities.letters import Letters
from activities.loaded_version import LoadedVersion
from commands.letters.cases import letter_cases
from commands.letters.checks import Flaw, email_flaws, own_domain, sms_flaws
from dunning.may import NotAllowed


@dataclass(frozen=True)
class Previewed:
    """A letter in one situation: as e-mail, as SMS where it has words for it, and its flaws."""

    case: str
    email: RenderedLetter | None
    sms: str
    flaws: Sequence[Flaw]


def letters_of(paths: Iterable[str]) -> Mapping[str, Sequence[str]]:
    """The locales of each letter, from the paths of a version."""
    found: dict[str, set[str]] = {}
    for path in paths:
        parts = path.split("/")
        # Blocks are parts of letters; `letter.toml` stands beside the locales.
        if parts[0] == "letters" and len(parts) == len(("room", "letter", "locale", "file")):
            found.setdefault(parts[1], set()).add(parts[2])
    return {name: sorted(found[name]) for name in sorted(found) if not name.startswith("_")}


def situations(letter: str, locale: str, creditor: Creditor) -> list[str]:
    """The names of the situations a letter is previewed in."""
    return [one.name for one in letter_cases(letter, locale, creditor)]


def previewed(loaded: LoadedVersion, letter: str, locale: str, case: str) -> Previewed:
    """The letter in a situation, written for sample data. Raises NotAllowed for an unknown one."""
    creditor = loaded.policies.entity("").creditor
    cases = {one.name: one.request for one in letter_cases(letter, locale, creditor)}
    if case not in cases:
        raise NotAllowed(f"There is no situation {case}; there are {', '.join(cases)}.")
    try:
        return _written(loaded.letters, cases[case], case)
    except LetterError as error:
        return Previewed(case, None, "", [Flaw("template", str(error))])


def _written(letters: Letters, request: LetterRequest, case: str) -> Previewed:
    email = letters.render(request)
    flaws = list(email_flaws(email, own_domain(request.creditor)))
    sms = ""
    if letters.goes_by_sms(request.letter, request.locale):
        sms = letters.render(replace(request, channel="sms")).text
        flaws += sms_flaws(sms)
    return Previewed(case, email, sms, flaws)
