"""Ecuador's internal armed conflict: a country treated on one day, against its own months, lines and provinces."""
