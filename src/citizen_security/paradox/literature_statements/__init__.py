"""Statements of the literature put to the test: the room of `paradox/literature_statements`."""
