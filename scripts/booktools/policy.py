"""The Content-Security-Policy of the pages: what they may load and run.

Every page carries its own in a `meta` element, so that it holds on any host
and from the disk.  `file:` stands beside 'self' because browsers differ in
what 'self' means there; on a web server it allows nothing.
"""

import base64
import hashlib
import re

HEAD = re.compile(r"<meta charset=[^>]*>")
INLINE = {
    "script": re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.S),
    "style": re.compile(r"<style[^>]*>(.*?)</style>", re.S),
}
ON_ATTRIBUTE = re.compile(r'<[a-z](?:[^<>"]|"[^"]*")*?\s(on[a-z]+)\s*=', re.I)

#: What a `meta` element cannot say, for hosts that read such a file.  The
#: lab takes pictures of the camera, if the reader asks for it.
HEADERS = """\
/*
  Content-Security-Policy: frame-ancestors 'self'
  Permissions-Policy: camera=(self), geolocation=(), microphone=()
  Referrer-Policy: no-referrer
  X-Content-Type-Options: nosniff
"""


def with_policy(text):
    """Return a page with its policy, the first thing in its head.

    Parameters
    ----------
    text : str
        The HTML of the page.

    Raises
    ------
    ValueError
        If the page has a script in an attribute, or no place for a policy.
    """
    found = ON_ATTRIBUTE.search(text)
    if found:
        raise ValueError(
            f"the page has a script in an attribute, {found[1]}: the policy "
            "forbids it; add the listener in book/_static/page.js"
        )
    if not HEAD.search(text):
        raise ValueError("the page has no <meta charset=…> in its head")
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy(text)}">'
    return HEAD.sub(lambda match: f"{match[0]}\n{meta}", text, count=1)


def policy(text):
    """Return the policy of a page: its own scripts by their hashes.

    Style attributes are free: the mathematics is set with them.  Only a
    page with the lab's engine may compile WebAssembly.
    """
    own = "'self' file:"
    scripts, styles = (hashes(INLINE[tag], text) for tag in INLINE)
    if "kernels-wasm.js" in text:
        scripts.append("'wasm-unsafe-eval'")
    rules = {
        "default-src": "'none'",
        "script-src": " ".join([own, *scripts]),
        # for browsers that do not know the next two
        "style-src": f"{own} 'unsafe-inline'",
        "style-src-elem": " ".join([own, *styles]),
        "style-src-attr": "'unsafe-inline'",
        "img-src": f"{own} data: blob:",
        "font-src": own,
        "connect-src": "'self'",
        "form-action": own,
        "base-uri": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def hashes(pattern, text):
    """Return the sources that allow exactly the inline pieces of a page."""
    found = []
    for match in pattern.finditer(text):
        digest = hashlib.sha256(match[1].encode()).digest()
        found.append(f"'sha256-{base64.b64encode(digest).decode()}'")
    return list(dict.fromkeys(found))
