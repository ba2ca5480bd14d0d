"""What a letter's own file ``letter.toml`` says: which PDF goes with it, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from activities.letter_templates import LetterError
from dunning.policy_document import read_document
from dunning.policy_problems import InvalidPolicy

DocumentKind = Literal["", "invoice", "notice", "statement"]

_DOCUMENTS: tuple[DocumentKind, ...] = ("", "invoice", "notice", "statement")
_DELIVERIES: tuple[Literal["attach", "link"], ...] = ("attach", "link")


@dataclass(frozen=True)
class LetterSettings:
    """The PDF of a letter ("" for none), the least level it goes with, and how it gets there.

    A letter that links its PDF attaches it where there is no link to give. The file name of a
    `discreet` one tells a bystander nothing.
    """

    document: DocumentKind = ""
    from_level: int = 0
    delivery: Literal["attach", "link"] = "attach"
    discreet: bool = False
    # Whether its words state what is claimed beside the invoices.
    states_claims: bool = False
    # Whether a law gives its words, so that nobody may write others.
    fixed_words: bool = False


def read_letter_settings(folder: Path) -> Mapping[str, LetterSettings]:
    """The settings of every letter that has some; raises LetterError on a file that is wrong."""
    return {path.parent.name: _settings(path) for path in sorted(folder.glob("[!_]*/letter.toml"))}


def _settings(path: Path) -> LetterSettings:
    try:
        section = read_document(path.read_text(encoding="utf-8-sig"), path.name)
        settings = LetterSettings(
            document=section.choice("document", _DOCUMENTS, ""),
            from_level=section.whole("from_level", 0),
            delivery=section.choice("delivery", _DELIVERIES, "attach"),
            discreet=section.flag("discreet"),
            states_claims=section.flag("states_claims"),
            fixed_words=section.flag("fixed_words"),
        )
        section.finish()
    except (InvalidPolicy, UnicodeDecodeError) as error:
        found = error.problems if isinstance(error, InvalidPolicy) else [error]
        why = "; ".join(str(problem) for problem in found).rstrip(".")
        raise LetterError(f"The letter {path.parent.name} cannot be written: {why}.") from error
    return settings
