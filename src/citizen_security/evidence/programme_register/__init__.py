"""The programmes behind the studies and the series, and what is not known of them."""
