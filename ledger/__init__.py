"""The books: append-only facts, the projections rebuilt from them, and the queries people need."""
