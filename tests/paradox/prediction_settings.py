"""Settings that the tests of the predictions share."""

from citizen_security.paradox.what_predicts_homicide.learners import Learning
from citizen_security.paradox.what_predicts_homicide.parameters import WhatPredictsHomicide

QUICK = WhatPredictsHomicide.from_values({"effort": "quick"})


SMALL = Learning(trees=10, rounds=15, seed=1)
