"""Build the HTML of the book, one Sphinx build for each language."""

import hashlib
import multiprocessing
import shutil
from concurrent.futures import ProcessPoolExecutor

import yaml
from jupyter_book.sphinx import build_sphinx
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from myst_nb.core.read import read_myst_markdown_notebook

from booktools.alone import alone
from booktools.files import (
    ROOT,
    chapters,
    code_cells,
    is_executed,
    page_of,
    read_notebook,
    same_code,
    write_text,
)
from booktools.languages import ORIGINAL, languages, translations
from booktools.publish import publish

BUILD = ROOT / "_build"
CACHE = BUILD / ".jupyter_cache"


@alone()
def build(afresh=False):
    """Build every language and put the site into _build/html.

    Parameters
    ----------
    afresh : bool
        Every page, also those that are built already.
    """
    if afresh:
        shutil.rmtree(BUILD / "sphinx", ignore_errors=True)
    forget_outdated()
    todo = list(languages())
    if seed_cache(ORIGINAL):
        build_language(todo.pop(0))  # executes; the others use its outputs
    for language in translations():
        for name in seed_cache(language):
            raise SystemExit(
                f"book/{language}/{name}.md: its code cells are not the "
                "English ones; run `make sync`"
            )
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max(1, len(todo)), mp_context=spawn) as pool:
        list(pool.map(build_language, todo))
    publish()
    print(f"The book is ready: {BUILD / 'html' / 'index.html'}")


def forget_outdated():
    """Drop what Sphinx and the cache would not see to be out of date."""
    names = ("_ext", "_static", "_templates", "languages.yml")
    used = [ROOT / "nin_utils", ROOT / "scripts" / "booktools"]
    used += [ROOT / "book" / name for name in names]
    names = ("results", "requirements.txt", "_config.yml", "_toc.yml")
    used += [ROOT / name for name in names]
    now, mark = hash_of(used), BUILD / ".used"
    if not mark.exists() or mark.read_text() != now:
        shutil.rmtree(CACHE, ignore_errors=True)
        shutil.rmtree(BUILD / "sphinx", ignore_errors=True)
        write_text(mark, now)  # last: whoever is interrupted drops them again


def hash_of(paths):
    """Return a short hash of files, and of all files in folders."""
    digest = hashlib.sha256()
    for path in paths:
        for file in [path] if path.is_file() else sorted(path.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(file.relative_to(ROOT).as_posix().encode())
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def seed_cache(language):
    """Give the outputs of the notebooks to the build's execution cache.

    The build looks outputs up by the code and the cell metadata of a page,
    so those are read from the page exactly as the build reads them.
    Whatever is not found there the build executes.

    Returns
    -------
    list of str
        The pages whose outputs are not known.
    """
    cache = get_cache(str(CACHE))
    unknown = []
    for page in chapters(language):
        source = read_cells(page)
        english = page_of(ORIGINAL, page.name)
        done = committed(english) or executed_before(cache, english)
        if done is None or not same_code(source, done):
            unknown.append(page.name)
            continue
        for cell, outcome in zip(code_cells(source), code_cells(done)):
            cell.outputs = outcome.outputs
            cell.execution_count = outcome.execution_count
        cache.cache_notebook_bundle(
            CacheBundleIn(source, str(page.source), data={}), overwrite=True
        )
    return unknown


def read_cells(page):
    """Read a page as the build reads it."""
    text = page.source.read_text(encoding="utf-8")
    return read_myst_markdown_notebook(text)


def committed(page):
    """Return the notebook of a page if it was executed as it is, or None."""
    notebook = read_notebook(page.notebook)
    if notebook is None or not is_executed(notebook):
        return None
    return notebook if same_code(read_cells(page), notebook) else None


def executed_before(cache, page):
    """Return what an earlier build executed of a page, or None."""
    if not page.source.exists():
        return None
    try:
        record = cache.match_cache_notebook(read_cells(page))
    except KeyError:
        return None
    return cache.get_cache_bundle(record.pk).nb


def build_language(language):
    """Run Sphinx for one language; any warning is an error."""
    work = BUILD / "sphinx" / language
    words = languages()[language]
    # as seen from the folder of the language, with its captions
    toc = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    toc = yaml.safe_load(toc.replace(f"book/{ORIGINAL}/", ""))
    if "captions" in words:
        for part in toc["parts"]:
            part["caption"] = words["captions"][part["caption"]]
    write_text(work / "_toc.yml", yaml.safe_dump(toc))
    own = {"project": words["title"], "html_title": words["title"]}
    if "author" in words:
        own["author"] = words["author"]
    done = work / ".done"
    # After a warning, or killed, Sphinx would leave pages as they are.
    if not done.exists():
        shutil.rmtree(work / "doctrees", ignore_errors=True)
    done.unlink(missing_ok=True)
    if run_sphinx(language, work, work / "html", **own) != 0:
        raise SystemExit(f"The {language} book was not built: see above.")
    done.touch()


def run_sphinx(language, work, target, builder="html", root=ROOT, **settings):
    """Run Sphinx for the pages in ``work/_toc.yml``; any warning is an error.

    Parameters
    ----------
    language : str
    work, target : pathlib.Path
        Where it keeps what it has read, and where it writes.
    builder : str
        Of Sphinx.
    root : pathlib.Path
        The book.
    **settings
        Instead of those of _config.yml.

    Returns
    -------
    int
        0 if all went well.
    """
    return build_sphinx(
        root / "book" / language,
        target,
        noconfig=True,
        path_config=root / "_config.yml",
        confoverrides={
            "external_toc_path": str(work / "_toc.yml"),
            "latex_individualpages": False,
            "language": languages(root)[language]["sphinx"],
            **settings,
        },
        doctreedir=work / "doctrees",
        builder=builder,
        warningiserror=True,
        keep_going=True,
        quiet=True,
    )
