"""Serve the built site on a local port until Ctrl-C."""

import functools
import http.server
import sys
from pathlib import Path

site = Path(__file__).resolve().parent.parent / "_build" / "html"
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(site))
with http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), handler) as server:
    print(f"the site is on http://127.0.0.1:{server.server_port}/ — Ctrl-C ends it")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print("\nserve: ended")
