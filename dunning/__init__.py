"""The rulebook: pure decisions. Read facts, case, policy, cadence, next_step, send_gate."""
