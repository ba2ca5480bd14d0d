"""What every fact carries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Fact:
    """When it was recorded (aware) and by whom: a person, `import` or `duncan`."""

    at: datetime
    by: str
