"""A machine without a network, except for what runs on it."""

import socket


def no_network(monkeypatch):
    """Let nothing be reached but 127.0.0.1.

    Returns
    -------
    list
        What something wanted to reach; filled later.
    """
    asked = []
    connect, find = socket.socket.connect, socket.getaddrinfo

    def refuse(self, address):
        if self.family != socket.AF_UNIX and address[0] != "127.0.0.1":
            asked.append(address)
            raise OSError("the network is not to be used")
        return connect(self, address)

    def unknown(host, *args, **kwargs):
        if host != "127.0.0.1":
            asked.append(host)
            raise socket.gaierror("the network is not to be used")
        return find(host, *args, **kwargs)

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    return asked
