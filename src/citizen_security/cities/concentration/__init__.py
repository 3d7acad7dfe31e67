"""Concentration at four scales: the room of the notebook `cities/concentration`."""
