import subprocess
import sys

from booktools.files import ROOT

CODE = """
import sys
sys.path.insert(0, {scripts!r})
from pathlib import Path
from booktools.alone import alone
with alone(Path({folder!r})):
    print("in", flush=True)
    sys.stdin.read()
"""


def start(folder):
    code = CODE.format(scripts=str(ROOT / "scripts"), folder=str(folder))
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    return subprocess.Popen([sys.executable, "-c", code], text=True, **pipes)


def test_the_second_waits_until_the_first_is_gone(tmp_path):
    first = start(tmp_path)
    assert first.stdout.readline() == "in\n"
    second = start(tmp_path)
    assert second.stderr.readline() == "Waiting for another make in this folder\n"
    first.kill()  # nothing of it is left behind
    first.communicate()
    assert second.communicate(timeout=30)[0] == "in\n"
    assert second.returncode == 0


def test_another_folder_is_not_waited_for(tmp_path):
    first = start(tmp_path)
    assert first.stdout.readline() == "in\n"
    (tmp_path / "clone").mkdir()
    with start(tmp_path / "clone") as second:
        assert second.stdout.readline() == "in\n"
    first.communicate()
