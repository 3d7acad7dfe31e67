"""What the tests of every room hold recorded values to."""

from citizen_security.values import NAME


def check_values(values):
    """Hold values to what pages need of them, and give them by name."""
    named = {value.name: value for value in values}
    assert len(named) == len(values), "a name is given twice"
    for name, value in named.items():
        assert NAME.fullmatch(name)
        assert value.label, name
        assert value.n is None or value.n > 0, name
        if value.interval is not None:
            low, high = value.interval
            assert low <= value.value <= high, name
    return named
