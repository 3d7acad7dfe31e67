"""Evidence gaps: what was evaluated, how well, and where nothing is known."""
