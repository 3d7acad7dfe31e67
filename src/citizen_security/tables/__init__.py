"""The tables that the compendium ships, described, checked and loaded."""
