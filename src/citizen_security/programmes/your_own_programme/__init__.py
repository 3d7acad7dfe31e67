"""A programme of an analyst's own: a table through every design, with one verdict table."""
