"""Figures of the violence–poverty paradox."""
