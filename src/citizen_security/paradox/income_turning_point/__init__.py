"""Homicide over income: the room of the notebook `paradox/income_turning_point`."""
