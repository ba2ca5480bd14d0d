"""The letters that are written now, for pages that show them before they are sent."""

from __future__ import annotations

from datetime import datetime

from activities.letters import Letters
from activities.planning import Planner
from dunning.may import NotAllowed


def letters_in_force(planner: Planner, now: datetime) -> Letters:
    """The letters of the version in force. Raises NotAllowed where no versions are kept."""
    if planner.versions is None:
        raise NotAllowed("No versions of the letters are kept here.")
    return planner.versions.at(now).letters
