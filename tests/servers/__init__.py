"""Real servers for tests: Temporal (two kinds), databases (two kinds) and a browser."""
