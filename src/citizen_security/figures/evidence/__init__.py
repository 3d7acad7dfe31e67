"""Figures of the evidence gaps."""
