"""Where the repository is, and how its text files are written."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def write_text(path, text):
    """Write a file all at once; leave it alone if nothing changes.

    Returns
    -------
    bool
        Whether the file was written.
    """
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8")
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return True
