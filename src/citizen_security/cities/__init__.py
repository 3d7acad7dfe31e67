"""City homicide: what hierarchical models make of noisy league tables."""
