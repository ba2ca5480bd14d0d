"""Invoices, dunning notices and statements of account as PDF."""
