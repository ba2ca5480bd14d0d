"""The activities: they ask the rulebook, carry its steps out, and record what came of them."""
