"""Make, check, build and serve the book; called by the Makefile."""

import argparse
import functools
import http.server

from booktools.files import ROOT


def serve(port):
    """Serve _build/html on this machine until Ctrl-C."""
    site = ROOT / "_build" / "html"
    if not (site / "index.html").exists():
        raise SystemExit("There is no book yet: run `make book` first.")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=site)
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        raise SystemExit(
            f"Port {port}: {error.strerror}. Take another one: "
            f".venv/bin/python scripts/book.py serve --port {port + 1}"
        ) from None
    with server as s:
        print(f"http://127.0.0.1:{s.server_port}/  (Ctrl-C ends it)")
        try:
            s.serve_forever()
        except KeyboardInterrupt:
            print()


def arguments():
    """Return the command and its options."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, help in {
        "notebooks": "write notebooks/ from book/, execute what changed or is named",
        "sync": "copy English code cells and outputs to the translations",
    }.items():
        command = commands.add_parser(name, help=help)
        command.add_argument("names", nargs="*", help="e.g. 01_mlpconv")
    command = commands.add_parser(
        "translate-status", help="list English words changed since translated"
    )
    what = "note that these pages (none named: all) are up to date"
    command.add_argument("--accept", nargs="*", metavar="NAME", help=what)
    commands.add_parser(
        "docstrings", help="write changed docstrings into their catalogue"
    )
    commands.add_parser("check", help="check pages and notebooks")
    command = commands.add_parser("build", help="build the HTML into _build/html")
    command.add_argument("--afresh", action="store_true", help="build every page")
    command = commands.add_parser("edition", help="make PDFs or EPUBs")
    command.add_argument("kind", choices=("pdf", "epub"))
    command = commands.add_parser("serve", help="serve _build/html")
    command.add_argument("--port", type=int, default=8000)
    return parser.parse_args()


def main():
    """Run one command, which loads only the tools that it needs."""
    given = arguments()
    if given.command in ("notebooks", "sync"):
        from booktools.notebooks import update_notebooks
        from booktools.sync import sync

        if given.command == "notebooks":
            update_notebooks(given.names)
        sync(given.names)
    elif given.command == "translate-status":
        from booktools.translation import accept, status

        status() if given.accept is None else accept(given.accept)
    elif given.command == "docstrings":
        from booktools.docstrings import update

        update()
    elif given.command == "edition":
        from booktools.editions import make

        make(given.kind)
    elif given.command == "serve":
        serve(given.port)
    elif given.command == "check":
        from booktools.rules import check

        check()
    else:
        from booktools.build import build

        build(given.afresh)


if __name__ == "__main__":
    main()
