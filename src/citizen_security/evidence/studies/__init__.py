"""The studies and their effects, coded: what the notebooks on the evidence share."""
