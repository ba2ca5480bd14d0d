"""The tests mirror the rooms: tests/ledger proves ledger, tests/servers proves its own fixtures."""
