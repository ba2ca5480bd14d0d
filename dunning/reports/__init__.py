"""The figures of receivables: pure formulas over sums that the ledger gives."""
