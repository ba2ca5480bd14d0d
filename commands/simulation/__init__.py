"""A policy played against a ledger, without the engine."""
