"""Poverty, inequality and homicide of the region: the room of `paradox/poverty_and_violence`."""
