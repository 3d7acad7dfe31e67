"""Figures: they take frames, never models, and return a matplotlib figure or an Altair chart."""
