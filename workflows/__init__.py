"""The workflows: they sleep, wake, hand the next step over, and decide nothing."""
