"""What the words of chapter 9 say of a claim is what the records say."""

import re

from nin_utils import scoreboard, verdicts

import pytest

from helpers import ROOT

# | **M5** claim | who | +0.019 [+0.015, +0.023], n = 5, 5 | sign |
MEASURED = re.compile(
    r"^\| \*\*(\w+)\*\* [^|]+ \| [^|]+ \| ([^|]+), n = ([^|]+) \| (\S) \|$", re.M
)
ROW = re.compile(r"^\| \*\*(\w+)\*\* .*?\| ([✓✗?≡]) \|", re.M)


def words(language):
    path = ROOT / f"book/{language}/09_scoreboard.md"
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def recomputed():
    effects = scoreboard.effects()
    signs = verdicts.judge(effects)
    return {
        claim: (
            str(effect).replace("-", "−"),
            ", ".join(map(str, effect.n)),
            signs[claim],
        )
        for claim, effect in effects.items()
    }


@pytest.mark.parametrize("language", ["en", "zh"])
def test_measured_claims_say_what_the_records_say(language, recomputed):
    rows = MEASURED.findall(words(language))
    assert len(rows) == len(recomputed)
    assert {claim: tuple(said) for claim, *said in rows} == recomputed


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_claim_has_one_row(language):
    found = [claim for claim, _ in ROW.findall(words(language))]
    assert len(found) == len(set(found))
    assert set(scoreboard.CLAIMS) < set(found)


def test_both_languages_give_the_same_signs():
    assert ROW.findall(words("en")) == ROW.findall(words("zh"))
