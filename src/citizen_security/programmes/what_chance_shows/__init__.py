"""What designs find in panels without a programme, by the rule that chose the place."""
