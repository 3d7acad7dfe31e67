"""Places: what can be said of each country, state and city."""
