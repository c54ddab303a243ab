"""What the docstrings of nin_utils say in the translations of the API page.

The page shows the docstrings themselves.  Sphinx takes them apart and puts
in each message what the catalogue of the language has for it, a file of
gettext: book/locale/zh_CN/LC_MESSAGES/api.po.  A translation is Markdown,
like the page.
"""

import io
import multiprocessing
import re
import shutil
import textwrap
from concurrent.futures import ProcessPoolExecutor

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from booktools.files import ROOT, page_of, write_text
from booktools.languages import languages, translations

PAGE = "api"
LOCALE = "book/locale"
# What needs no translation: `code`, **X** (*type*), (N, C, H, W), a name alone.
CODE = re.compile(r"(`+)[^`]+\1|\*\*[^*]+\*\*|\([^()]*\)|^[A-Z]\w*$")
WORD = re.compile(r"[a-z]\w+", re.IGNORECASE)
TYPES = {"bool", "dict", "float", "float32", "int", "int32", "list", "of", "str"}
TYPES |= {"None", "or", "tuple", "uint8"}
COMMAND = ".venv/bin/python scripts/book.py docstrings"
HEAD = """\
# What the docstrings of nin_utils say in another language, in Markdown.
# scripts/book.py docstrings writes the msgid: see CONTRIBUTING.md.
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def path_of(language, root=ROOT):
    """Return the catalogue of a language."""
    folder = languages(root)[language]["sphinx"]
    return root / LOCALE / folder / "LC_MESSAGES" / f"{PAGE}.po"


def read(path):
    """Return a catalogue, an empty one if there is none yet."""
    if not path.exists():
        return Catalog()
    with path.open("rb") as file:
        return read_po(file, ignore_obsolete=True, abort_invalid=True)


def shown(language, root=ROOT):
    """Return a catalogue of what the page shows and Sphinx does not translate."""
    spawn = multiprocessing.get_context("spawn")  # Sphinx leaves much behind
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        path = pool.submit(extract, language, root).result()
    if path is None:
        raise SystemExit(f"The {language} page {PAGE} cannot be read: see above.")
    return from_docstrings(read(path), languages(root)[language]["letters"])


def extract(language, root):
    """Let Sphinx read the page, and with it nin_utils.

    Returns
    -------
    pathlib.Path or None
        Where its messages are; None if it cannot be read.
    """
    from booktools.build import run_sphinx

    work = root / "_build" / "gettext" / language
    shutil.rmtree(work, ignore_errors=True)  # a warning is not given again
    write_text(work / "_toc.yml", f"format: jb-book\nroot: {PAGE}\n")
    status = run_sphinx(
        language,
        work,
        work / "pot",
        builder="gettext",
        root=root,
        locale_dirs=[],  # the docstrings as they are
    )
    return work / "pot" / f"{PAGE}.pot" if status == 0 else None


def from_docstrings(template, letters):
    """Return what comes from docstrings, with their names as its places.

    Sphinx calls such a place "models.py:docstring of nin_utils.models.nin".
    What holds letters of the language Sphinx has translated.
    """
    found = Catalog()
    for message in template:
        places = [name for name, line in message.locations]
        if "of" in places and not re.search(f"[{letters}]", message.id):
            names = [n for n in places if n != "of" and "/" not in n]
            found.add(message.id, locations=[(n, None) for n in dict.fromkeys(names)])
    return found


def stale(language, root=ROOT):
    """Yield what the page shows and the catalogue has not, and the reverse."""
    if not page_of(language, PAGE, root).source.exists():  # a book of the tests
        return
    path = path_of(language, root)
    known, today = read(path), shown(language, root)
    for one, other, what in (
        (today, known, "is new or changed"),
        (known, today, "is no longer said"),
    ):
        for message in one:
            if message.id and message.id not in other:
                yield f"{place_of(path, message, root)}: {what}; run `{COMMAND}`"
    if path.exists():
        yield from untranslated(language, root)


def place_of(path, message, root):
    """Say which message of a catalogue is meant: whose it is, its first words."""
    names = [name for name, line in message.locations]
    words = textwrap.shorten(message.id, 50, placeholder=" …")
    return f"{path.relative_to(root)}: {', '.join(names[:1])} ({words})"


def update(root=ROOT):
    """Write into each catalogue what the docstrings say today.

    A message that changed keeps its old translation, marked fuzzy, so that
    Sphinx leaves it out until somebody has seen to it.
    """
    for language in translations(root):
        path = path_of(language, root)
        catalogue = read(path)
        catalogue.update(shown(language, root), no_fuzzy_matching=False)
        if write_text(path, as_text(catalogue, languages(root)[language]["sphinx"])):
            print(f"{path.relative_to(root)}: written")
        count = len(list(untranslated(language, root)))
        print(f"{path.relative_to(root)}: {count} message(s) to translate")


def as_text(catalogue, language):
    """Return a catalogue as the text of its file."""
    file = io.BytesIO()
    write_po(file, catalogue, width=79, omit_header=True, ignore_obsolete=True)
    return HEAD.format(language=language) + file.getvalue().decode().rstrip() + "\n"


def untranslated(language, root=ROOT):
    """Yield the messages of a catalogue whose translation is not shown."""
    path = path_of(language, root)
    if not path.exists() and page_of(language, PAGE, root).source.exists():
        place = path.relative_to(root)
        yield f"{place}: it is missing; run `{COMMAND}`"
    letters = re.compile(f"[{languages(root)[language]['letters']}]")
    for message in read(path):
        if message.fuzzy and message.id:
            what = "changed; translate it and delete the word fuzzy above it"
        elif not message.string:
            what = "not translated yet"
        elif not letters.search(message.string) and has_words(message.id):
            what = f"its translation is not {languages(root)[language]['english']}"
        else:
            continue
        yield f"{place_of(path, message, root)}: {what}"


def has_words(text):
    """Tell whether a text holds words besides code, names and types."""
    return not TYPES.issuperset(WORD.findall(CODE.sub("", text)))
