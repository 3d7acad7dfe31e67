"""The printed list of fifty cities, examined: the room of the notebook `cities/city_table`."""
