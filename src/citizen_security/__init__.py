"""Citizen security in Latin America and the Caribbean: a reproducible research compendium."""

__version__ = "0.2.0.dev0"
