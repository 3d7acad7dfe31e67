"""Counts of many places over time: level, drift, waves and noise of each, by expectation propagation.

- `covariances`: the deviations, and the covariances over the calendar that they make (Harvey 1990; Rasmussen and
  Williams 2006).
- `propagation`: all log rates given the deviations (Minka 2001).
- `deviations`: their posterior density and their most likely values.
- `deviation_draws`: weighted draws of them (Cornuet, Marin, Mira and Robert 2012).
- `no_u_turn`: draws of them where weighted ones cannot be trusted (Hoffman and Gelman 2014).
- `neighbours`: levels that places which border each other share (Besag, York and Mollié 1991; Riebler et al. 2016).
- `shared_levels`: the step of a sweep that goes over the map.
- `paths`: joint draws of log rates at times seen or still to come.
- `kernels`: the compiled arithmetic, place after place; `envelopes`: that of a map (George and Liu 1981).
"""
