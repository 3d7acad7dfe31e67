"""Places are treated at a spike: what designs find there when nothing was done, and what they could have found.

- `rules`: how a place is chosen: at random, because it was high, because it rose, or right after its own peak.
- `designs`: the p-value that a design gives a place in a panel, and how it moves with a fall that is put in.
- `false_positives`: how often designs reject in panels without a programme, by rule and by periods before, with the
  least fall that they detect (Illenberger, Small and Shaw 2020; Ashenfelter 1978; Bertrand, Duflo and Mullainathan
  2004).
- `directions`: false falls and false rises apart, and the least fall that designs without false falls detect.
- `normal_bias`: the bias of matching on one period in closed form, for two normal populations that differ in level
  (Daw and Hatfield 2018; Illenberger, Small and Shaw 2020).
"""
