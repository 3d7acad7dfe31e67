"""Costa Rica's prevention: what a country panel can say of it, in rates and in logarithms, and what it cannot."""
