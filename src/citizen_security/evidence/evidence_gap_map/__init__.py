"""What was evaluated and what was not: the room of `evidence/evidence_gap_map`."""
