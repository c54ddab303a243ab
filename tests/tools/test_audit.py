"""What `make audit` makes of Lighthouse's report."""

import json
from types import SimpleNamespace

import pytest

import audit


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Let Lighthouse, which is not installed, report the scores."""
    output = tmp_path / "report.json"

    def lighthouse(score, returncode=0):
        report = {
            "categories": {
                "seo": {
                    "score": score,
                    "auditRefs": [
                        {"id": "title", "weight": 1},
                        {"id": "hint", "weight": 0},
                        {"id": "robots", "weight": 1},
                    ],
                }
            },
            "audits": {
                "title": {"id": "title", "score": 0, "displayValue": "no"},
                "hint": {"id": "hint", "score": 0},
                "robots": {"id": "robots", "score": 1},
            },
        }

        def node(words, **options):
            assert options["env"]["CHROME_PATH"] == "/a/chromium"
            output.write_text(json.dumps(report))
            return SimpleNamespace(returncode=returncode, stderr="no page")

        monkeypatch.setattr(audit, "node", node)
        monkeypatch.setattr(audit.machine, "browser", lambda: "/a/chromium")
        return audit.lighthouse("http://x/", ["seo"], output)

    return lighthouse


def test_marks_and_what_cost_too_many(run):
    assert run(0.99) == ({"seo": 99}, ["seo 99, at least 100", "seo title: no"])
    assert run(1) == ({"seo": 100}, [])


def test_lighthouse_that_failed_is_an_error(run):
    with pytest.raises(SystemExit, match="on http://x/:\nno page"):
        run(1, returncode=1)
