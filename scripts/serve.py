"""Serve the built site on a local port until Ctrl-C."""

import functools
import http.server
import sys
from http import HTTPStatus
from pathlib import Path


class Handler(http.server.SimpleHTTPRequestHandler):
    """Answers as the hosts of such sites do: where there is no page, with the site's own page that says so."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Send the page for an address without one; other errors as they are."""
        lost = Path(self.directory) / "404.html"
        if code != HTTPStatus.NOT_FOUND or not lost.is_file():
            super().send_error(code, message, explain)
            return
        content = lost.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


site = Path(__file__).resolve().parent.parent / "_build" / "html"
handler = functools.partial(Handler, directory=str(site))
with http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), handler) as server:
    print(f"the site is on http://127.0.0.1:{server.server_port}/ — Ctrl-C ends it")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print("\nserve: ended")
