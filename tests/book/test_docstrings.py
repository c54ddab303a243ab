"""The docstrings that the API page shows are translated by a catalogue."""

import io

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from booktools import docstrings, files, translation

SAID = {"nin_utils.models.nin": "Return NiN.", "nin_utils.maps": "The maps, averaged."}
TEMPLATE = """\
#: ../../book/zh/api.md:5
msgid "nin_utils.models"
msgstr ""

#: ../../book/zh/api.md:0
#: ../../nin_utils/models/__init__.py:docstring of nin_utils.models.nin:0
msgid "参数"
msgstr ""

#: ../../nin_utils/models/__init__.py:docstring of nin_utils.models.nin:1
#: ../../nin_utils/models/__init__.py:docstring of nin_utils.models.vgg:4
msgid "Return NiN."
msgstr ""
"""


@pytest.fixture
def api(both, monkeypatch):
    """A book with an API page; `api.said` is what its docstrings say."""
    both.said = dict(SAID)

    def shown(language, root):
        found = Catalog()
        for name, text in both.said.items():
            found.add(text, locations=[(name, None)])
        return found

    monkeypatch.setattr(docstrings, "shown", shown)
    for code, title in (("en", "Names"), ("zh", "名字")):
        files.write_text(both.root / f"book/{code}/api.md", f"# {title}\n")
    toc = both.root / "_toc.yml"
    toc.write_text(f"{toc.read_text()}  - file: book/en/api\n")
    translation.accept(["api"], both.root)
    docstrings.update(both.root)
    both.catalogue = docstrings.path_of("zh", both.root)
    both.catalogue.write_text(
        both.catalogue.read_text()
        .replace('NiN."\nmsgstr ""', 'NiN."\nmsgstr "返回 NiN。"')
        .replace('averaged."\nmsgstr ""', 'averaged."\nmsgstr "取平均的图。"')
    )
    return both


def stale(book):
    """Return what is said to be stale, without the place of the catalogue."""
    place = "book/locale/zh_CN/LC_MESSAGES/api.po: "
    lines = list(docstrings.stale("zh", book.root))
    assert all(line.startswith(place) for line in lines)
    return [line.removeprefix(place) for line in lines]


def test_every_docstring_of_the_api_page_is_translated():
    assert len(docstrings.read(docstrings.path_of("zh"))) > 300
    assert list(docstrings.stale("zh")) == []


def test_catalogue_that_is_up_to_date(api, capsys):
    assert stale(api) == [] == api.problems
    capsys.readouterr()
    before = api.catalogue.read_text()
    docstrings.update(api.root)
    assert "written" not in capsys.readouterr().out
    assert api.catalogue.read_text() == before
    translation.status(api.root)
    assert capsys.readouterr().out == "Every translation is up to date.\n"


def test_docstring_that_changed(api, capsys):
    api.said["nin_utils.models.nin"] = "Return NiN, initialised."
    assert stale(api) == [
        "nin_utils.models.nin (Return NiN, initialised.): is new or changed; "
        "run `.venv/bin/python scripts/book.py docstrings`",
        "nin_utils.models.nin (Return NiN.): is no longer said; "
        "run `.venv/bin/python scripts/book.py docstrings`",
    ]
    assert api.problems == []  # as with prose
    docstrings.update(api.root)
    assert "1 message(s) to translate" in capsys.readouterr().out
    text = api.catalogue.read_text()
    assert 'msgid "Return NiN."' not in text and "#~" not in text
    assert '#, fuzzy\nmsgid "Return NiN, initialised."\nmsgstr "返回 NiN。"' in text
    assert "取平均的图。" in text
    (line,) = stale(api)
    assert "changed; translate it and delete the word fuzzy" in line
    api.one_problem(line)
    translation.status(api.root)
    assert f"{line}\n1 place(s) to translate" in capsys.readouterr().out
    api.catalogue.write_text(text.replace("#, fuzzy\n", ""))
    assert stale(api) == [] == api.problems


@pytest.mark.parametrize(
    ("said", "says"),
    [("", "not translated yet"), ("The maps.", "its translation is not Chinese")],
)
def test_message_that_is_not_translated(api, said, says):
    text = api.catalogue.read_text()
    api.catalogue.write_text(text.replace("取平均的图。", said))
    (line,) = stale(api)
    assert line == f"nin_utils.maps (The maps, averaged.): {says}"
    api.one_problem(line)


def test_catalogue_that_is_missing(api):
    api.catalogue.unlink()
    assert len(stale(api)) == 2
    api.one_problem(
        "api.po: it is missing; run `.venv/bin/python scripts/book.py docstrings`"
    )


def test_terms_of_the_catalogue(api):
    api.catalogue.write_text(api.catalogue.read_text().replace("图。", "步长。"))
    api.one_problem("api.po, line ", "步长; we use 步幅 (stride)")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Seconds.", True),
        ("of the image", True),
        ("list of float", False),
        ("uint8, (N, H, W, C).", False),
        ("**y** (*mxnet.nd.NDArray*) -- int32, (n,).", False),
        ("**y** (*mxnet.nd.NDArray*) -- labels, (n,).", True),
        ("NumPy", False),
        ("``net.save``, `x`", False),
    ],
)
def test_what_needs_a_translation(text, words):
    assert docstrings.has_words(text) is words


def test_only_docstrings_are_taken_and_named():
    template = read_po(io.BytesIO(TEMPLATE.encode()))
    found = docstrings.from_docstrings(template, "\u3400-\u9fff")
    (message,) = (message for message in found if message.id)
    assert message.id == "Return NiN."
    names = [name for name, line in message.locations]
    assert names == ["nin_utils.models.nin", "nin_utils.models.vgg"]
