"""Erasing personal data: a customer's on request, the words of messages by their age."""
