"""Cash application: which invoices a payment is for, how surely, what a difference means."""
