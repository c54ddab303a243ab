"""What the command lines of several scripts share."""

import argparse


def parser_of(doc):
    """Return a parser whose help is `doc`, line by line as it stands."""
    return argparse.ArgumentParser(
        description=doc,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def chosen(parser, names, known, nothing="nothing"):
    """Return the names that were given, all known ones if none was.

    Ends the program with a message if a name is unknown; `nothing` begins
    that message: "no run is called ...".
    """
    unknown = set(names) - set(known)
    if unknown:
        parser.error(
            f"{nothing} is called {', '.join(sorted(unknown))}; "
            f"there are {', '.join(known)}"
        )
    return names or list(known)
