"""The sample ledger of the demo."""
