"""Counts of many places over time: level, drift, waves and noise of each, by expectation propagation.

- `covariances`: the deviations, and the covariances over the calendar that they make (Harvey 1990; Rasmussen and
  Williams 2006).
- `propagation`: all log rates given the deviations (Minka 2001).
- `deviations`: their most likely values, and draws of them (Hoffman and Gelman 2014).
- `paths`: joint draws of log rates at times seen or still to come.
- `kernels`: the compiled arithmetic, place after place.
"""
