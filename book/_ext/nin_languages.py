"""The languages of the book: switch, words of the site, Chinese search."""

import functools
import re
from pathlib import Path

from jinja2 import pass_context
from sphinx.search import SearchLanguage

from booktools import languages
from booktools.files import ROOT

BOOK = ROOT / "book"
read_languages = functools.cache(languages.languages)  # for every page


def language_of(app):
    """Return the language that is being built: the folder's name."""
    folder = Path(app.srcdir).resolve()
    return folder.name if folder.parent == BOOK else None


def set_words(app, config):
    """Set what _config.yml says in English in the language of the build."""
    config.templates_path.insert(0, str(BOOK / "_templates"))  # before the themes
    options = config.html_theme_options
    options["article_header_end"] = ["nin-languages.html", "nin-buttons.html"]
    words = read_languages().get(language_of(app), {})
    for name, value in words.get("config", {}).items():
        config[name] = value
    if "search" in words:
        options["search_bar_text"] = words["search"]


def add_languages(app, pagename, templatename, context, doctree):
    """Offer the same page in the other languages, to readers and engines."""
    found, here = read_languages(), language_of(app)
    context["nin_languages"] = []
    if here is None or len(found) < 2:
        return
    up = context["pathto"]("", 1)
    up = "" if up == "#" else up
    links = ""
    for code, words in found.items():
        source = BOOK / code / f"{pagename}.md"
        if doctree is not None and not source.exists():
            continue
        url = f"{up}../{code}/{pagename}.html"
        context["nin_languages"].append(
            {**words, "code": code, "url": url, "current": code == here}
        )
        links += f'<link rel="alternate" hreflang="{words["tag"]}" href="{url}" />\n'
    context["metatags"] = context.get("metatags", "") + links
    app.add_js_file("languages.js", loading_method="defer")


def translate_interface(app, pagename, templatename, context, doctree):
    """Let the templates take words of ours before the theme's own."""
    words = read_languages().get(language_of(app), {}).get("interface")
    if not words:
        return

    def translated(old):
        @pass_context
        def new(jinja, text, *args, **values):
            if text in words:
                return words[text] % values if values else words[text]
            return jinja.call(old, text, *args, **values)

        return new

    # `_` of the page's templates is an environment's global
    environment = app.builder.templates.environment
    for name in ("_", "gettext"):
        function = environment.globals.get(name)
        if function and not getattr(function, "nin", False):
            environment.globals[name] = translated(function)
            environment.globals[name].nin = True
    if "translate" in context:
        context["translate"] = translated(context["translate"])
    # Sphinx's own catalogue lacks some titles of links in the text.
    context["body"] = re.sub(
        r'(?<=title=")[^"]+(?=")',
        lambda match: words.get(match[0], match[0]),
        context.get("body", ""),
    )
    for group in context.get("header_buttons", []):
        for button in [group, *group.get("buttons", [])]:
            for key in {"tooltip", "text"} & button.keys():
                button[key] = words.get(button[key], button[key])


# Sphinx makes a function of the text "0", which the pages' security policy
# forbids: in Chinese the plural is always form 0.
EVALUATED = "Documentation.addTranslations({"
PLAIN = """((catalog) => {
    Object.assign(Documentation.TRANSLATIONS, catalog.messages);
    Documentation.PLURAL_EXPR = () => 0;
    Documentation.LOCALE = catalog.locale;
})({"""


def keep_words_plain(app, exception):
    """Let the page take up its words without evaluating a text."""
    path = Path(app.outdir, "_static", "translations.js")
    if exception or app.builder.format != "html" or not path.exists():
        return
    text = path.read_text(encoding="utf-8")
    if '"plural_expr": "0"' in text:
        path.write_text(text.replace(EVALUATED, PLAIN), encoding="utf-8")


class ChineseBigrams(SearchLanguage):
    """Index Chinese as single characters and pairs of neighbours.

    A query is cut in the same way in the browser, so that every Chinese
    word is found without a dictionary of words.
    """

    lang = "zh"
    language_name = "Chinese"
    js_stemmer_rawcode = ""
    stopwords = frozenset()
    js_splitter_code = r"""
var splitQuery = (query) => {
  const out = [];
  const parts =
    /([\u3400-\u9fff]+)|((?:(?![\u3400-\u9fff])[\p{L}\p{N}_])+)/gu;
  for (const [, chinese, other] of query.matchAll(parts)) {
    if (!chinese) { out.push(other); continue; }
    if (chinese.length === 1) out.push(chinese);
    for (let i = 0; i + 1 < chinese.length; i++)
      out.push(chinese.slice(i, i + 2));
  }
  return out;
};
"""

    def split(self, input):
        """Cut a text into what is indexed."""
        found = []
        for match in re.finditer(r"[\u3400-\u9fff]+|[^\W\u3400-\u9fff]+", input):
            word = match[0]
            if "\u3400" <= word[0] <= "\u9fff":
                found += list(word)
                found += [word[i : i + 2] for i in range(len(word) - 1)]
            else:
                found.append(word)
        return found

    def stem(self, word):
        """Return a word as it is looked up."""
        return word.lower()

    def word_filter(self, word):
        """Tell whether a word is indexed."""
        return bool(word)


def setup(app):
    """Connect the hooks."""
    app.add_search_language(ChineseBigrams)
    app.connect("config-inited", set_words, priority=90)
    app.connect("html-page-context", add_languages, priority=400)
    app.connect("html-page-context", translate_interface, priority=950)
    app.connect("build-finished", keep_words_plain)
