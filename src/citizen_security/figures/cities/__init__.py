"""Figures of city homicide."""
