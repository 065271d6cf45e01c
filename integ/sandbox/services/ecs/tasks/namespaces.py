"""Makes the network of a task: a namespace with one interface, whose other end is here, in the namespace of the relay.

Here, every address of the ranges is local, so that the relay gets what the task sends to any of them. Writes the id of a process in the
task's namespace, and stays until its input is closed.
"""

import ctypes
import fcntl
import json
import os
import socket
import struct
import sys

CLONE_NEWNET = 0x40000000
SIOCADDRT, SIOCGIFFLAGS, SIOCSIFFLAGS, SIOCSIFADDR, SIOCSIFNETMASK = 0x890B, 0x8913, 0x8914, 0x8916, 0x891C
IFF_UP = 1
# rtnetlink(7): messages, their attributes, and the flags REQUEST, ACK, CREATE and EXCL.
RTM_NEWLINK, RTM_SETLINK, RTM_NEWROUTE = 16, 19, 24
IFLA_IFNAME, IFLA_LINKINFO, IFLA_NET_NS_PID = 3, 18, 19
INFO_KIND, INFO_DATA, VETH_INFO_PEER = 1, 2, 1
RTA_DST, RTA_OIF, RTA_TABLE = 1, 4, 15
RT_TABLE_LOCAL, RTPROT_STATIC, RT_SCOPE_LINK, RTN_UNICAST = 255, 4, 253, 1
FLAGS = 0x1 | 0x4 | 0x400 | 0x200

HERE, THERE = "relay0", "eth0"
HERE_ADDRESS, HOST_MASK = "169.254.171.1", "255.255.255.255"


def attribute(kind, data):
    return struct.pack("HH", 4 + len(data), kind) + data + b"\0" * (-len(data) % 4)


def netlink(kind, body):
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as channel:
        channel.send(struct.pack("IHHII", 16 + len(body), kind, FLAGS, 1, 0) + body)
        error = struct.unpack("i", channel.recv(4096)[16:20])[0]
    if error != 0:
        raise OSError(-error, os.strerror(-error))


def link(index=0):
    return struct.pack("BxHiII", 0, 0, index, 0, 0)


def create_pair():
    name = lambda text: attribute(IFLA_IFNAME, text.encode() + b"\0")
    peer = attribute(VETH_INFO_PEER, link() + name(THERE))
    kind = attribute(INFO_KIND, b"veth\0") + attribute(INFO_DATA, peer)
    netlink(RTM_NEWLINK, link() + name(HERE) + attribute(IFLA_LINKINFO, kind))


def move(name, pid):
    netlink(RTM_SETLINK, link(socket.if_nametoindex(name)) + attribute(IFLA_NET_NS_PID, struct.pack("I", pid)))


def route_to(address, name):
    """One address leaves by an interface, although the range that it is in is local."""
    head = struct.pack("BBBBBBBBI", socket.AF_INET, 32, 0, 0, RT_TABLE_LOCAL, RTPROT_STATIC, RT_SCOPE_LINK, RTN_UNICAST, 0)
    where = attribute(RTA_DST, socket.inet_aton(address)) + attribute(RTA_OIF, struct.pack("I", socket.if_nametoindex(name)))
    netlink(RTM_NEWROUTE, head + where + attribute(RTA_TABLE, struct.pack("I", RT_TABLE_LOCAL)))


def control(request, data):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as channel:
        return fcntl.ioctl(channel, request, data)


def sockaddr(address):
    return struct.pack("HH4s8x", socket.AF_INET, 0, socket.inet_aton(address))


def up(name):
    flags = struct.unpack("16sh", control(SIOCGIFFLAGS, struct.pack("16sh14x", name.encode(), 0))[:18])[1]
    control(SIOCSIFFLAGS, struct.pack("16sh14x", name.encode(), flags | IFF_UP))


def give(name, address, mask):
    for request, value in ((SIOCSIFADDR, address), (SIOCSIFNETMASK, mask)):
        control(request, struct.pack("16s16s8x", name.encode(), sockaddr(value)))


def route_range(name, address, mask):
    """The addresses of a range are reached by an interface. Others have no route, so that a connection to them fails at once."""
    network = bytes(one & other for one, other in zip(socket.inet_aton(address), socket.inet_aton(mask)))
    device = ctypes.create_string_buffer(name.encode())
    places = (sockaddr(socket.inet_ntoa(network)), sockaddr("0.0.0.0"), sockaddr(mask))
    # struct rtentry of route(4), with RTF_UP.
    control(SIOCADDRT, struct.pack("L16s16s16sHhLPhPLLH6x", 0, *places, 1, 0, 0, 0, 0, ctypes.addressof(device), 0, 0, 0))


def inside(settings, entered, moved):
    """The task's own namespace. Its process ends with its input."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    os.write(entered, b"1")
    os.read(moved, 1)
    # As Docker does since 20.10, so that the user of a container may listen on any port.
    with open("/proc/sys/net/ipv4/ip_unprivileged_port_start", "w") as start:
        start.write("0")
    up("lo")
    give(THERE, settings["privateIp"], HOST_MASK)
    up(THERE)
    for address, mask in [*settings["ranges"], (HERE_ADDRESS, HOST_MASK)]:
        route_range(THERE, address, mask)
    print(f"network {os.getpid()}", flush=True)
    os.execvp("cat", ["cat"])


def main():
    settings = json.loads(sys.argv[1])
    create_pair()
    up("lo")
    for number, (address, mask) in enumerate(settings["ranges"]):
        give(f"lo:{number + 1}", address, mask)
    give(HERE, HERE_ADDRESS, HOST_MASK)
    up(HERE)
    route_to(settings["privateIp"], HERE)
    (has_entered, entered), (is_moved, moved) = os.pipe(), os.pipe()
    pid = os.fork()
    if pid == 0:
        inside(settings, entered, is_moved)
    os.read(has_entered, 1)
    move(THERE, pid)
    os.write(moved, b"1")
    os.waitpid(pid, 0)


main()
