"""Upkeep: what is done by the calendar, and the schedules that start it."""
