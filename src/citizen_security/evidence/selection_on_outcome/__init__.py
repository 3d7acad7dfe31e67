"""Evaluations let in by their result: the room of `evidence/selection_on_outcome`."""
