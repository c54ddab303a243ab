"""Compile the engine of the lab: kernels.c into kernels-wasm.js.

    python scripts/build_lab.py

needs clang and lld (Debian: apt-get install clang lld). The result is part of
the repository, since readers of the book need no compiler; a test compiles
again and compares.
"""

import argparse
import base64
import shutil
import subprocess
import tempfile
from pathlib import Path

from booktools.files import ROOT, write_text

ENGINE = ROOT / "book" / "_static" / "lab" / "engine"
FLAGS = [
    "--target=wasm32",
    "-O3",
    "-msimd128",
    "-mbulk-memory",
    "-ffreestanding",
    "-nostdlib",
    "-fno-builtin",
    "-fvisibility=hidden",
    "-Wl,--no-entry,--export-dynamic,--import-memory,--strip-all",
    "-Wl,--export=__heap_base,-z,stack-size=16384",
]
TEXT = """\
// Made from kernels.c by scripts/build_lab.py with {compiler}: do not edit.
window.NinLab.wasm =
  "{code}";
"""


def compiler():
    """Return name and version of the installed clang, or None."""
    if not (shutil.which("clang") and shutil.which("wasm-ld")):
        return None
    command = ["clang", "-dumpversion"]
    out = subprocess.run(command, check=True, capture_output=True, text=True)
    return f"clang {out.stdout.strip()}"


def compile_kernels():
    """Return the text of kernels-wasm.js, the same on every machine."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "kernels.wasm"
        command = ["clang", *FLAGS, "-o", str(target), "kernels.c"]
        subprocess.run(command, check=True, cwd=ENGINE)
        code = base64.b64encode(target.read_bytes()).decode()
    return TEXT.format(compiler=compiler(), code=code)


def main():
    """Compile, and say what came out."""
    if compiler() is None:
        raise SystemExit("There is no clang with a wasm-ld: apt-get install clang lld")
    text = compile_kernels()
    write_text(ENGINE / "kernels-wasm.js", text)
    print(f"kernels-wasm.js: {len(text):,} bytes, by {compiler()}")


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    main()
