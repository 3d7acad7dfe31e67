"""Held-out predictions: the room of the notebook `paradox/what_predicts_homicide`."""
