"""Rio's pacification units: what installing them at different dates shows, by seven estimators."""
