"""Loaded before a container's program where this machine allows no namespaces, as plain.cjs is for Node.js: ports and names are exchanged."""

import json
import os
import socket

_ports = {int(port): own for port, own in json.loads(os.environ.get("SANDBOX_PORTS", "{}")).items()}
_names = json.loads(os.environ.get("SANDBOX_NAMES", "{}"))
_bind, _connect, _getaddrinfo = socket.socket.bind, socket.socket.connect, socket.getaddrinfo


def bind(self, address):
    if isinstance(address, tuple) and address[1] in _ports:
        address = ("127.0.0.1" if self.family == socket.AF_INET else "::1", _ports[address[1]])
    return _bind(self, address)


def connect(self, address):
    if isinstance(address, tuple) and address[0] in ("127.0.0.1", "::1") and address[1] in _ports:
        address = ("127.0.0.1", _ports[address[1]])
    return _connect(self, address)


def getaddrinfo(host, port, *args, **kwargs):
    own = _names.get(f"{host}:{port}")
    return _getaddrinfo("127.0.0.1", own, *args, **kwargs) if own is not None else _getaddrinfo(host, port, *args, **kwargs)


socket.socket.bind, socket.socket.connect, socket.getaddrinfo = bind, connect, getaddrinfo
