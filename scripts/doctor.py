"""Show what this machine has and lacks for the book: `make doctor`.

    python3 scripts/doctor.py [--python PYTHON]

Changes nothing; the exit status is 1 if something is missing.  Any Python 3
may run this.
"""

import argparse

from booktools import machine


def table(findings):
    """Return findings as lines of text."""
    width = max(len(finding.what) for finding in findings) + 2
    found = max(len(finding.found) for finding in findings) + 2
    lines = []
    for finding in findings:
        missing = "missing" if finding.needed else "some tests are skipped"
        verdict = missing if finding.lacks or finding.problem else "ok"
        lines.append(f"{finding.what:{width}}{finding.found:{found}}{verdict}")
    return "\n".join(lines)


def main():
    """Look, and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", default="", help="the only one to be taken")
    findings = machine.look(("test",), parser.parse_args().python)
    print(table(findings))
    problems = [finding.problem for finding in findings if finding.problem]
    try:
        line = machine.one_line(findings)
    except LookupError as error:
        line = str(error)
    print("\n".join(filter(None, [*problems, line])))
    raise SystemExit(any(f.needed and (f.lacks or f.problem) for f in findings))


if __name__ == "__main__":
    main()
