"""The rulebook: pure decisions. Read facts, case, folding, policy, cadence, next_step, send_gate."""
