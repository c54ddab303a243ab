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
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), handler) as s:
        print(f"http://127.0.0.1:{s.server_port}/  (Ctrl-C ends it)")
        try:
            s.serve_forever()
        except KeyboardInterrupt:
            print()


def main():
    """Run one command."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    notebooks = commands.add_parser(
        "notebooks", help="write notebooks/ from book/, execute what changed"
    )
    notebooks.add_argument("names", nargs="*", help="e.g. 01_mlpconv")
    copy = commands.add_parser(
        "sync", help="copy English code cells and outputs to the translations"
    )
    copy.add_argument("names", nargs="*", help="e.g. 01_mlpconv")
    status = commands.add_parser(
        "translate-status", help="list English words changed since translated"
    )
    status.add_argument(
        "--accept",
        nargs="*",
        metavar="NAME",
        help="note that these pages (none named: all) are up to date",
    )
    commands.add_parser("check", help="check pages and notebooks")
    commands.add_parser("build", help="build the HTML into _build/html")
    edition = commands.add_parser("edition", help="make PDFs or EPUBs")
    edition.add_argument("kind", choices=("pdf", "epub"))
    server = commands.add_parser("serve", help="serve _build/html")
    server.add_argument("--port", type=int, default=8000)
    arguments = parser.parse_args()
    # The book's tools are slow to import: each command only loads its own.
    if arguments.command == "notebooks":
        from booktools.notebooks import update_notebooks
        from booktools.sync import sync

        update_notebooks(arguments.names)
        sync(arguments.names)
    elif arguments.command == "sync":
        from booktools.sync import sync

        sync(arguments.names)
    elif arguments.command == "translate-status":
        from booktools.translation import accept, status

        if arguments.accept is None:
            status()
        else:
            accept(arguments.accept)
    elif arguments.command == "check":
        from booktools.rules import check

        check()
    elif arguments.command == "build":
        from booktools.build import build

        build()
    elif arguments.command == "edition":
        from booktools.editions import make

        make(arguments.kind)
    else:
        serve(arguments.port)


if __name__ == "__main__":
    main()
