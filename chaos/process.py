"""One of Duncan's own processes with a clock that can be moved: `python -m chaos.process FILE …`.

The file holds how many seconds its clock is fast; what follows are words of the command line.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import worker


def main() -> None:
    """Run the command with the clock of the file."""
    clock = Path(sys.argv.pop(1))

    def now() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(clock.read_text()))

    # Every other room takes the door's clock from here, so it is changed before they are loaded.
    worker.utc_now = now
    import starter  # noqa: PLC0415

    starter.main()


if __name__ == "__main__":
    main()
