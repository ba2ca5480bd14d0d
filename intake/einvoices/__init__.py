"""Reads electronic invoices: UBL 2.1, CII (Factur-X, ZUGFeRD, XRechnung), alone, in PDF or ZIP."""
