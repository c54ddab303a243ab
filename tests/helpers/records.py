"""The recorded runs, as they stand in results/."""

import json

from helpers import ROOT


def recorded(name):
    """Return what is recorded of a run."""
    return json.loads((ROOT / "results" / f"{name}.json").read_text(encoding="utf-8"))
