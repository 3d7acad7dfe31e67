"""Notebook `programmes/trust_and_community_policing`: trust in the police, and what moves it."""
