"""Every country, state and city: the room of the notebook `places/every_place`."""
