"""What evidence each cell of a published figure of threats and strategies has."""
