"""Run a command with the network cut: `scripts/offline.py make book test`.

The command runs in a network namespace of its own, where only the loopback
interface is up: the browser tests need that.  Linux only.
"""

import errno
import fcntl
import os
import socket
import struct
import subprocess
import sys

OUTSIDE = ("192.0.2.1", 80)  # reserved for examples, RFC 5737
SIOCSIFFLAGS, IFF_UP = 0x8914, 0x1  # <linux/sockios.h>, <linux/if.h>
UNREACHABLE = (errno.ENETUNREACH, errno.EHOSTUNREACH)


def bring_loopback_up():
    """Set the flag that `ip link set lo up` sets."""
    request = struct.pack("16sh14x", b"lo", IFF_UP)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, request)


def assert_cut_off():
    """Make sure that no address outside can be reached."""
    try:
        socket.create_connection(OUTSIDE, timeout=1).close()
    except OSError as error:
        if error.errno in UNREACHABLE:
            return
        raise SystemExit(f"The network is not cut: {error}") from None
    raise SystemExit("The network is not cut: an address outside answers.")


def main():
    """Make the namespace and run the command in it."""
    command = sys.argv[1:]
    if not command:
        raise SystemExit(__doc__)
    if command[0] == "--inside":
        bring_loopback_up()
        assert_cut_off()
        os.execvp(command[1], command[1:])
    own = ["unshare", "--net"]
    if os.geteuid() != 0:
        own += ["--user", "--map-root-user"]
    own += [sys.executable, __file__, "--inside", *command]
    sys.exit(subprocess.run(own).returncode)


if __name__ == "__main__":
    main()
