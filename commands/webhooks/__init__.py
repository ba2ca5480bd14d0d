"""Outgoing webhooks: other systems are told what happens to cases, until they take it."""
