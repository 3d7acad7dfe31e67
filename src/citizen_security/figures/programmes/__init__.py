"""Figures of programmes and policies."""
