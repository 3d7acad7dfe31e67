"""The violence–poverty paradox: why homicide did not fall when poverty did."""
