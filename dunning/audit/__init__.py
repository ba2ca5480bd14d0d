"""The cadence auditor: recomputes from facts what should have happened, and never asks the rulebook."""
