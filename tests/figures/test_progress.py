"""The line that says how far a computation has come."""

from IPython import display

from citizen_security.figures.progress import show_progress


class Line:
    """A display that keeps what it was last told."""

    text = None

    def update(self, text):
        self.text = text


def test_the_line_says_what_is_done_and_of_how_much(monkeypatch):
    line = Line()
    monkeypatch.setattr(display, "display", lambda *shown, display_id: line)
    show_progress("specifications")(50, 1_200)
    assert line.text == "50 of 1,200 specifications"
