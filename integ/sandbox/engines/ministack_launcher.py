"""Starts MiniStack, and ends it when standard input closes, so that it never outlives the process that started it."""

import os
import sys
import threading


def end_with_parent():
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()

from ministack.app import main  # noqa: E402  (after the thread has started, because the import takes a second)

# Python runs isolated from this folder, and must not write compiled files to it.
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
import ministack_cognito  # noqa: E402
import ministack_sqs  # noqa: E402

sys.dont_write_bytecode = False
ministack_cognito.install()
ministack_sqs.install()
sys.argv = ["ministack"]
main()
