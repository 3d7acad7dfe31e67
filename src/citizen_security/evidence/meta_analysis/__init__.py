"""What the studies of an intervention say together: the room of `evidence/meta_analysis`."""
