"""Slopes that differ by country: the room of `paradox/country_heterogeneity`."""
