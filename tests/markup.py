"""HTML as a browser reads it."""

from html.parser import HTMLParser


class Elements(HTMLParser):
    """Tags with their attributes, and the text of each script, as a browser reads them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.scripts: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        if self.tags[-1][0] == "script":
            self.scripts.append(data)
        else:
            self.text += data

    def only(self, tag):
        (attributes,) = [found for name, found in self.tags if name == tag]
        return attributes
