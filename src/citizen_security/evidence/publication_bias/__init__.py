"""What was not reported: the room of the notebook `evidence/publication_bias`."""
