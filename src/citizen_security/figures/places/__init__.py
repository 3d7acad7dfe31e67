"""Pictures of places: maps and series as light SVG whose text stays text."""
