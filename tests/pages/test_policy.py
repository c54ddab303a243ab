"""What a page may load and run, and what it may not tell."""

import getpass
import re
import socket
import sys
from pathlib import Path
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup

from booktools.policy import HEADERS, policy, with_policy
from helpers import ROOT
from helpers.site import SITE, html_files

HEAD = '<html><head><meta charset="utf-8" /></head>'
TEXT = (".html", ".js", ".json", ".ipynb", ".css", ".svg", ".txt", ".md")
FOLDERS = re.compile(r"(?<![\w.:/])/(?:home|Users|root|tmp|work|opt)/\w[^\s<]*")
ATTACK = """<p id="attack">x</p><img src="https://example.org/x.png"
 onerror="window.owned = 1"><script>window.owned = 2</script>
<script src="https://example.org/x.js"></script>"""


def test_policy_allows_exactly_the_own_pieces():
    text = f"{HEAD}<script>a()</script><style>p {{}}</style>"
    found = policy(text)
    # printf 'a()' | openssl dgst -sha256 -binary | base64
    assert "'sha256-qVpDBgj7bpq5hMAcGp3AOc79J3Y1Z4HvySTwKrWDoy4='" in found
    assert found.count("sha256-") == 2
    assert "wasm" not in found
    assert "'wasm-unsafe-eval'" in policy(f'{text}<p x="kernels-wasm.js">')
    page = with_policy(text)
    assert page.index("Content-Security-Policy") < page.index("<script>")


def test_a_script_in_an_attribute_is_an_error():
    with pytest.raises(ValueError, match="onclick.*page.js"):
        with_policy(f'{HEAD}<a title=">" onclick="a()">x</a>')
    with_policy(f'{HEAD}<img alt="the one = the other">')
    with pytest.raises(ValueError, match="charset"):
        with_policy("<html></html>")


def test_every_page_has_a_strict_policy_before_all_else(site):
    for name in html_files():
        soup = BeautifulSoup((SITE / name).read_text("utf-8"), "html.parser")
        metas = soup.select("meta[http-equiv=Content-Security-Policy]")
        assert len(metas) == 1, name
        assert soup.head.find_all(True)[1] == metas[0], name
        rules = dict(
            rule.strip().split(" ", 1) for rule in metas[0]["content"].split(";")
        )
        assert rules["default-src"] == "'none'"
        for kind in ("script-src", "style-src-elem"):
            for word in rules[kind].split():
                assert re.fullmatch(
                    r"'self'|file:|'sha256-[\w+/]{43}='|'wasm-unsafe-eval'", word
                ), f"{name}: {kind} {word}"
        assert "http" not in metas[0]["content"], name


@pytest.mark.parametrize("place", ["web", "disk"])
def test_policy_stops_what_is_not_the_books(site, browser, place, tmp_path):
    page = browser.new_page()
    stopped, answered, refused = {}, [], []
    page.on("requestfailed", lambda r: stopped.update({r.url: r.failure}))
    page.on("requestfinished", lambda r: answered.append(r.url))
    page.on("console", lambda m: refused.append(m.text) if m.type == "error" else None)
    text = (SITE / "en" / "05_gap.html").read_text("utf-8")
    text = text.replace("<article", f"{ATTACK}<article", 1)
    if place == "web":
        address = urljoin(site, "en/05_gap.html")
        page.route(address, lambda route: route.fulfill(body=text))
    else:
        copy = tmp_path / "page.html"
        copy.write_text(text, encoding="utf-8")
        address = copy.as_uri()
    page.goto(address)
    assert page.locator("#attack").count() == 1
    assert page.evaluate("window.owned") is None
    assert not [url for url in answered if "example.org" in url]
    assert stopped["https://example.org/x.png"] == "csp"
    assert stopped["https://example.org/x.js"] == "csp"
    assert sum("Content Security Policy" in r for r in refused) >= 3
    page.close()


def test_headers_for_hosts_are_sent_in_the_tests_too(site, visit):
    assert (SITE / "_headers").read_text("utf-8") == HEADERS
    headers = visit(urljoin(site, "en/index.html")).responses[0].headers
    assert headers["content-security-policy"] == "frame-ancestors 'self'"
    assert headers["x-content-type-options"] == "nosniff"


def test_headers_allow_the_camera_of_the_lab_to_the_site_alone():
    rules = re.search(r"Permissions-Policy: (.*)", HEADERS)[1].split(", ")
    assert rules == ["camera=(self)", "geolocation=()", "microphone=()"]


def test_site_tells_nothing_of_the_machine_that_built_it(site):
    words = {str(ROOT), str(Path.home()), sys.prefix, socket.gethostname()}
    words.add(getpass.getuser())
    # Names like `root` or `runner` are words, too.
    words = {w for w in words if len(w) > 7 and w != "localhost"}
    problems, count = [], 0
    for path in SITE.rglob("*"):
        if path.suffix not in TEXT or "katex" in path.parts:
            continue
        count += 1
        text = path.read_text("utf-8")
        found = [word for word in words if word in text]
        found += [m[0] for m in FOLDERS.finditer(text)]
        problems += [f"{path.relative_to(SITE)}: {word}" for word in found]
    assert count > 100
    assert not problems, "\n".join(problems)
