"""How concentrated events are among places, and how much of that is chance.

- `measures`: Lorenz curves, Gini coefficients, and their generalisation to sparse counts (Bernasco and Steenbeek 2017).
- `equal_risk`: what chance alone makes of equal risk (the occupancy problem, Feller 1968).
- `gamma_risk`: risk that follows a gamma distribution, its fit and its draws (McDonald and Jensen 1979).
- `chance`: what was counted beside both.
"""
