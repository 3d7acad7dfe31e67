"""Which drivers move with homicide: the room of the notebook `paradox/panel_regressions`."""
