"""Count panels."""
