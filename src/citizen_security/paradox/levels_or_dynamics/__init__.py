"""Whether levels or changes of drifting series are compared: the room of the notebook `paradox/levels_or_dynamics`."""
