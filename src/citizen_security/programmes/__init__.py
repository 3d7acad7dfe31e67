"""Programmes and policies: what worked, against what chance, selection and the trend would have shown."""
