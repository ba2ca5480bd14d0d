"""Whoever mistypes a command is told in one sentence what is missing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import structlog

import starter
from commands import printing


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (
            "policy withdraw 3 --by ada",
            "Missing option '--reason'. See duncan policy withdraw --help.",
        ),
        (
            "policy rollback --by ada",
            "Missing option '--reason'. See duncan policy rollback --help.",
        ),
        ("pauze INV-1", "No such command 'pauze'. Did you mean 'pause'? See duncan --help."),
        ("show --colour INV-1", "No such option: --colour. See duncan show --help."),
    ],
)
def test_wrong_usage_is_one_plain_sentence(
    typed: str, sentence: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    code = _run(typed, monkeypatch)
    said = capfd.readouterr()

    assert code == starter.WRONG_USAGE
    assert " ".join(said.err.split()) == sentence
    assert said.out == ""


def test_help_is_no_complaint(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    code = _run("policy withdraw --help", monkeypatch)
    said = capfd.readouterr()

    assert code == 0
    assert "Take a version back before it is in force." in said.out
    assert said.err == ""


def test_a_refusal_is_not_wrong_usage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DUNCAN_HOME", str(tmp_path))
    code = _run("show INV-1", monkeypatch)

    assert code == starter.REFUSED
    assert "no invoice INV-1" in capfd.readouterr().err


def _run(typed: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """The code a command ends with."""
    codes: list[int] = []
    monkeypatch.setattr(sys, "argv", ["duncan", *typed.split()])
    monkeypatch.setattr(printing, "leave", codes.append)
    starter.main()
    # Its log goes to what stderr was in this test.
    structlog.reset_defaults()
    return codes[-1]
