"""Runs: one notebook, one run, whole or not at all."""
