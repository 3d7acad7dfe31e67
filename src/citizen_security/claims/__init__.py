"""Claims of the literature: each checkable statement with a rule, a value and a verdict."""
