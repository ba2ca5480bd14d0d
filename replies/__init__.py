"""Replies: reads what a customer's message says, and touches nothing else."""
