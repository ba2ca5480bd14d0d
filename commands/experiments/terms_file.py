"""The TOML file in which people write an experiment down."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dunning.experiment_facts import Arm, ExperimentStarted
from dunning.may import NotAllowed

_NAME = Field(pattern=r"^[a-z0-9_]{1,60}$")
_MOST_BYTES = 100_000


class _Arm(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    name: Annotated[str, _NAME]
    share: Annotated[int, Field(ge=1, le=90)]
    letter: Annotated[str, Field(pattern=r"^[a-z0-9_]{0,60}$")] = ""
    day: Annotated[int, Field(ge=-90, le=365)] | None = None


class _Terms(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    name: Annotated[str, _NAME]
    policy: Annotated[str, _NAME]
    step: Annotated[str, _NAME]
    starts: date
    ends: date
    segments: list[Annotated[str, Field(min_length=1, max_length=100)]] = []
    most_disputes_percent: Annotated[int, Field(ge=1, le=100)] = 100
    note: Annotated[str, Field(max_length=500)] = ""
    arm: Annotated[list[_Arm], Field(min_length=1, max_length=5)]


def read_terms(path: Path, by: str, at: datetime) -> ExperimentStarted:
    """The experiment as the file describes it. Raises NotAllowed with all that is wrong."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise NotAllowed(f"{path} cannot be read: {error.strerror or error}.") from None
    return terms_of(content, str(path), by, at)


def terms_of(content: bytes, name: str, by: str, at: datetime) -> ExperimentStarted:
    """The experiment that a text of that name describes. Raises NotAllowed with all problems."""
    if len(content) > _MOST_BYTES:
        raise NotAllowed(f"{name} is too large to be an experiment.")
    try:
        terms = _Terms.model_validate(tomllib.loads(content.decode("utf-8-sig")))
    except ValidationError as invalid:
        raise NotAllowed(_told(name, invalid.errors())) from None
    except (ValueError, RecursionError) as error:
        raise NotAllowed(f"{name} is no TOML: {error}.") from None
    return ExperimentStarted(
        at=at,
        by=by,
        experiment=terms.name,
        policy=terms.policy,
        step=terms.step,
        arms=tuple(Arm(one.name, one.share, one.letter, one.day) for one in terms.arm),
        starts=terms.starts,
        ends=terms.ends,
        segments=tuple(terms.segments),
        most_disputes=terms.most_disputes_percent,
        note=terms.note,
    )


def _told(name: str, errors: list[Any]) -> str:
    problems = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in errors)
    return f"{name}: {'; '.join(problems)}."
