"""What was announced and what was estimated: the room of `evidence/claimed_and_evaluated`."""
