"""Mails as customers and mail systems send them."""
