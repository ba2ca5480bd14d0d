"""The letters customers read: every one, in every language, as it looks in each situation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from activities.policy_versions import PolicyVersions
from console.desk import Desk, TheDesk
from console.pages.policies import versions_of
from console.reading.letter_previews import letters_of, previewed, situations
from dunning.may import NotAllowed

router = APIRouter(prefix="/letters")


@router.get("")
def letters(desk: TheDesk, version: int = 0) -> Response:
    """Every letter of a version with its languages; of the one in force without a number."""
    versions = versions_of(desk)
    chosen = _chosen(desk, versions, version)
    known = letters_of(versions.listed(chosen))
    locales = sorted({locale for some in known.values() for locale in some})
    values: dict[str, Any] = {"letters": known, "locales": locales, "version": chosen}
    return desk.page("letters.html", **values, numbers=_numbers(versions))


@router.get("/{letter}/{locale}")
def letter(
    desk: TheDesk, letter: str, locale: str, case: str = "one item", version: int = 0
) -> Response:
    """One letter in one language: e-mail, text, SMS and what is wrong with it."""
    versions = versions_of(desk)
    chosen = _chosen(desk, versions, version)
    paths = versions.listed(chosen)
    known = _known(letters_of(paths), letter, locale)
    loaded = versions.load(chosen)
    below = f"letters/{letter}/{locale}/"
    values: dict[str, Any] = {
        "letter": letter,
        "locale": locale,
        "locales": known,
        "version": chosen,
        "numbers": _numbers(versions),
        "cases": situations(letter, locale, loaded.policies.entity("").creditor),
        "shown": previewed(loaded, letter, locale, case),
        "files": sorted(path for path in paths if path.startswith(below)),
    }
    return desk.page("letter_preview.html", **values)


@router.get("/{letter}/{locale}/letter")
def html(
    desk: TheDesk, letter: str, locale: str, case: str = "one item", version: int = 0
) -> Response:
    """The HTML part, to be shown in a frame that runs nothing."""
    versions = versions_of(desk)
    chosen = _chosen(desk, versions, version)
    _known(letters_of(versions.listed(chosen)), letter, locale)
    shown = previewed(versions.load(chosen), letter, locale, case)
    if shown.email is None:
        raise NotAllowed("This letter cannot be written; the page beside says why.")
    return HTMLResponse(shown.email.html)


def _chosen(desk: Desk, versions: PolicyVersions, version: int) -> int:
    return version or versions.in_force(desk.now()).version


def _numbers(versions: PolicyVersions) -> list[int]:
    return [one.version for one in reversed(versions.all()) if not one.withdrawn_by]


def _known(letters: Mapping[str, Sequence[str]], letter: str, locale: str) -> list[str]:
    locales = list(letters.get(letter, ()))
    if locale not in locales:
        raise NotAllowed(f"There is no letter {letter} in {locale}.")
    return locales
