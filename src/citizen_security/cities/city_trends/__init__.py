"""Cities over years, and their forecasts: the room of the notebook `cities/city_trends`."""
