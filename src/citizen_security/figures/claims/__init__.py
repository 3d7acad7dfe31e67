"""Figures of the claims of the literature."""
