"""Comparisons with the obvious alternatives, each measured in the same run: `make bench`."""
