"""What stands in for ssh between network namespaces.

    python -m experiments.namespaces.ssh [-T] [-o ...] ADDRESS COMMAND

Like ssh it carries input and output of the command over the network, here a
TCP connection through the virtual cables: cut one, and it falls silent.
"""

import contextlib
import os
import socket
import subprocess
import sys
import threading

from . import OWN, name_of


def near(address, command):
    """Start the command on a host and pass on what both sides say."""
    with socket.create_server((OWN, 0)) as listening:
        port = str(listening.getsockname()[1])
        there = ["ip", "netns", "exec", name_of(address)]
        mine = [sys.executable, "-m", __spec__.name, "--far", port, command]
        # A session of its own: whoever ends us does not end the other host.
        far = subprocess.Popen(
            [*there, *mine],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        listening.settimeout(10)
        try:
            line = listening.accept()[0]
        except OSError:  # the cable is out: what ssh says then
            sys.stderr.write(f"connect to host {address}: timed out\n")
            far.kill()
            return 255
    line.settimeout(None)
    threading.Thread(target=_send, args=(line,), daemon=True).start()
    _copy(line.fileno(), 1)
    status = far.wait()
    return status if 0 <= status < 128 else 255  # ended by a signal


def _send(line):
    _copy(0, line.fileno())
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_WR)


def _copy(source, target):
    with contextlib.suppress(OSError):
        while data := os.read(source, 65536):
            while data:
                data = data[os.write(target, data) :]


def far(port, command):
    """Run the command here, on the line that leads back."""
    with socket.create_connection((OWN, int(port))) as line:
        done = subprocess.run(
            ["sh", "-c", command], stdin=line, stdout=line, stderr=line
        )
    return done.returncode if done.returncode >= 0 else 255


def main(words):
    """Act as ssh."""
    if words[0] == "--far":
        return far(*words[1:])
    while words[0].startswith("-"):
        words = words[2:] if words[0] == "-o" else words[1:]
    login, *command = words
    return near(login.rpartition("@")[2], " ".join(command))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
