"""Build the HTML of the book, one Sphinx build for each language."""

import shutil

import yaml
from _book_files import (
    LANGUAGES,
    ROOT,
    chapters,
    code_cells,
    environment_hash,
    hash_of,
    is_executed,
    read_notebook,
    same_code,
)
from _files import write_text
from jupyter_book.sphinx import build_sphinx
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from myst_nb.core.read import read_myst_markdown_notebook

BUILD = ROOT / "_build"
CACHE = BUILD / ".jupyter_cache"

ROOT_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<meta http-equiv="refresh" content="0; url=en/index.html">
<meta name="description" content="{title}: an executable book">
<title>{title}</title>
</head>
<body><p><a href="en/index.html">{title}</a></p></body>
</html>
"""


def build():
    """Build every language and put the site into _build/html."""
    forget_outdated()
    seed_cache()
    for language in LANGUAGES:
        build_language(language)
    publish()
    print(f"The book is ready: {BUILD / 'html' / 'index.html'}")


def forget_outdated():
    """Drop what Sphinx and the cache would not see to be out of date."""
    environment = environment_hash()
    if changed("environment", environment):
        shutil.rmtree(CACHE, ignore_errors=True)
    looks = hash_of([ROOT / "book" / "_ext", ROOT / "book" / "_static"])
    if changed("looks", environment + looks):
        shutil.rmtree(BUILD / "sphinx", ignore_errors=True)


def changed(name, value):
    """Tell whether a value differs from the last build's; remember it."""
    return write_text(BUILD / f".{name}", value)


def seed_cache():
    """Give the outputs of the notebooks to the build's execution cache.

    The build looks outputs up by the code and the cell metadata of a page,
    so those are read from the page exactly as the build reads them.
    Whatever is not found there the build executes.
    """
    cache = get_cache(str(CACHE))
    for page in chapters():
        notebook = read_notebook(page.notebook)
        if notebook is None or not is_executed(notebook):
            continue
        environment = notebook.metadata.get("nin_book", {}).get("environment")
        source = read_myst_markdown_notebook(
            page.source.read_text(encoding="utf-8")
        )
        if environment != environment_hash() or not same_code(
            source, notebook
        ):
            continue
        for cell, done in zip(code_cells(source), code_cells(notebook)):
            cell.outputs = done.outputs
            cell.execution_count = done.execution_count
        cache.cache_notebook_bundle(
            CacheBundleIn(source, str(page.source), data={}), overwrite=True
        )


def build_language(language):
    """Run Sphinx for one language; any warning is an error."""
    work = BUILD / "sphinx" / language
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    write_text(work / "_toc.yml", yaml.safe_dump(strip_folder(toc)))
    status = build_sphinx(
        ROOT / "book" / language,
        work / "html",
        noconfig=True,
        path_config=ROOT / "_config.yml",
        confoverrides={
            "external_toc_path": str(work / "_toc.yml"),
            "latex_individualpages": False,
            "language": language,
        },
        doctreedir=work / "doctrees",
        warningiserror=True,
        keep_going=True,
        quiet=True,
    )
    if status != 0:
        raise SystemExit(f"The {language} book was not built: see above.")


def strip_folder(toc):
    """Return the table of contents as seen from the folder of a language."""
    if isinstance(toc, list):
        return [strip_folder(entry) for entry in toc]
    if isinstance(toc, dict):
        return {
            key: value.rsplit("/", 1)[-1]
            if key in ("root", "file")
            else strip_folder(value)
            for key, value in toc.items()
        }
    return toc


def publish():
    """Replace _build/html by the pages that were just built."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    site, new = BUILD / "html", BUILD / "html.new"
    shutil.rmtree(new, ignore_errors=True)
    for language in LANGUAGES:
        shutil.copytree(
            BUILD / "sphinx" / language / "html",
            new / language,
            ignore=shutil.ignore_patterns(".buildinfo*"),
        )
    write_text(new / "index.html", ROOT_PAGE.format(title=config["title"]))
    shutil.rmtree(site, ignore_errors=True)
    new.rename(site)
