"""Cities within countries: the room of the notebook `cities/city_homicide`."""
