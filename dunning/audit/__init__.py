"""The cadence auditor: recomputes from facts what should have happened, without the rulebook."""
