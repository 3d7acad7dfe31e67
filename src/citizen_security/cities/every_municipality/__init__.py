"""Every municipality of a country: the room of the notebook `cities/every_municipality`."""
