"""Runs a program in a container: enter.py <process id> <folder> <program> <argument>…

It starts in the network of the task. The other namespaces of a container belong to a user namespace between that of the task and that of
the container's process, which only the kernel can name. `nsenter` does not ask it, and so cannot enter without root.
"""

import ctypes
import fcntl
import os
import sys

NS_GET_USERNS = 0xB701

pid, folder, *program = sys.argv[1:]
libc = ctypes.CDLL(None, use_errno=True)


def enter(namespace):
    if libc.setns(namespace, 0) != 0:
        raise OSError(ctypes.get_errno(), "setns")


opened = {name: os.open(f"/proc/{pid}/ns/{name}", os.O_RDONLY) for name in ("ipc", "uts", "pid", "mnt", "user")}
between = fcntl.ioctl(opened["mnt"], NS_GET_USERNS)
same = os.fstat(between).st_ino == os.fstat(opened["user"]).st_ino
enter(between)
for name in ("ipc", "uts", "pid", "mnt"):
    enter(opened[name])
if not same:
    enter(opened["user"])

child = os.fork()
if child == 0:
    os.chdir(folder)
    try:
        os.execvp(program[0], program)
    except OSError as error:
        print(error, file=sys.stderr)
        os._exit(127)
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status) % 256)
