"""The page at the root of the site, which leads to one of the languages."""

import html

import yaml

from booktools.files import ROOT

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<meta name="description" content="{titles}: an executable book">
<title>{titles}</title>
{alternates}
<style>
body {{ color-scheme: light dark; font: 1.2rem/1.8 system-ui, sans-serif;
  margin: 20vh auto; max-width: 36rem; padding: 0 1rem; }}
</style>
<script>
// Not before the page has loaded: leaving earlier breaks its request off.
addEventListener("load", () => {{
  const known = {codes};
  let chosen = null;
  try {{ chosen = localStorage.getItem("nin-language"); }} catch {{}}
  const wishes = [chosen, ...(navigator.languages || [])]
    .map((wish) => String(wish).toLowerCase().split("-")[0]);
  const found = wishes.find((wish) => known.includes(wish)) || known[0];
  location.replace(`${{found}}/index.html`);
}});
</script>
</head>
<body>
<main>
{links}
</main>
</body>
</html>
"""


def site_words(root=ROOT):
    """Return the words of the site, by language."""
    text = (root / "book" / "languages.yml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


def entry_page(codes, root=ROOT):
    """Return the root page for these languages, the default one first.

    It follows the reader's last choice, else the languages of the browser;
    without JavaScript it offers all of them.
    """
    words = {code: site_words(root)[code] for code in codes}
    alternates = [
        f'<link rel="alternate" hreflang="{w["tag"]}" '
        f'href="{code}/index.html">'
        for code, w in words.items()
    ]
    links = [
        f'<p lang="{w["tag"]}">{html.escape(w["title"])}<br>'
        f'<a href="{code}/index.html" hreflang="{w["tag"]}">'
        f"{html.escape(w['open'])}</a></p>"
        for code, w in words.items()
    ]
    return PAGE.format(
        titles=html.escape(" · ".join(w["title"] for w in words.values())),
        alternates="\n".join(alternates),
        codes=list(codes),
        links="\n".join(links),
    )
