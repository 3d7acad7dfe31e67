"""How concentrated events are among places, and how much of that is chance.

Lorenz curves and Gini coefficients, their generalisation to sparse counts (Bernasco and Steenbeek 2017), and places
whose risk follows a gamma distribution.
"""
