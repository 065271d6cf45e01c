"""Loaded before a function's code, and by each Python that it starts.

Connections to AWS host names and to mapped hosts go to the sandbox, which forwards them by their Host header. All other connections to hosts
outside this machine are blocked. The same for Node.js is network.cjs.
"""

import os
import re
import socket
from urllib.parse import urlsplit

_PORTS = {443: urlsplit(os.environ["SANDBOX_EGRESS_TLS"]).port, 80: urlsplit(os.environ["SANDBOX_EGRESS"]).port}
_MAPPED = {host for host in os.environ.get("SANDBOX_HOSTS", "").split(",") if host}
_LOCAL = re.compile(r"^(localhost|127(\.\d+){3}|::1|::ffff:127(\.\d+){3})$", re.IGNORECASE)
_AWS = re.compile(r"\.(amazonaws|amazoncognito)\.com$", re.IGNORECASE)
_connect, _connect_ex, _getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo


def _text(host):
    return host.decode() if isinstance(host, (bytes, bytearray)) else host


def _is_local(host):
    return host in (None, "") or _LOCAL.match(_text(host)) is not None


def _check(connection, address):
    if connection.family != socket.AF_UNIX and not _is_local(address[0]):
        raise OSError(f"{address[0]}:{address[1]} is blocked: the sandbox only allows connections to this machine")


def connect(self, address):
    _check(self, address)
    return _connect(self, address)


def connect_ex(self, address):
    _check(self, address)
    return _connect_ex(self, address)


def getaddrinfo(host, port, *args, **kwargs):
    if _is_local(host):
        return _getaddrinfo(host, port, *args, **kwargs)
    name = _text(host)
    own = _PORTS.get({"https": 443, "http": 80}.get(port) or int(port or 0))
    if own is not None and (_AWS.search(name) or name in _MAPPED):
        return _getaddrinfo("127.0.0.1", own, *args, **kwargs)
    raise OSError(f"{name}:{port} is blocked: the sandbox only allows connections to this machine")


socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo = connect, connect_ex, getaddrinfo
