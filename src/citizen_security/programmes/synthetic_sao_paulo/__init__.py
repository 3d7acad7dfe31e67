"""A published synthetic control of São Paulo: replicated, and put to other estimators, starts, donors and scales."""
