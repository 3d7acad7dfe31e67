"""Every figure is drawn off screen in the compendium's look, and closed afterwards."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

from citizen_security.figures import theme

mpl.use("agg")


@pytest.fixture(autouse=True)
def themed_figures():
    with mpl.rc_context():
        theme.apply()
        yield
    plt.close("all")
