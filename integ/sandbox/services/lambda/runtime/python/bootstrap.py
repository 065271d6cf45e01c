"""Runs a handler with AWS's own runtime interface client for Python, as Lambda's managed runtimes do.

Documented: "Define Lambda function handler in Python", "Log and monitor Python Lambda functions".
"""

import os
import signal
import sys
import threading

LIFELINE = 3


def end_with_sandbox():
    """Kills the process and its children when the sandbox has ended and its end of this pipe closes."""
    try:
        while os.read(LIFELINE, 1):
            pass
    finally:
        os.killpg(os.getpgrp(), signal.SIGKILL)


threading.Thread(target=end_with_sandbox, daemon=True).start()
# Both are one log stream on Lambda, so that their lines keep their order.
os.dup2(1, 2)

# Imported before the folders of the function, which may contain modules of the same names.
import runtime_client  # noqa: E402, F401
from awslambdaric import bootstrap  # noqa: E402
from awslambdaric.lambda_config import LambdaConfigProvider  # noqa: E402
from awslambdaric.lambda_runtime_client import LambdaRuntimeClient  # noqa: E402

version = "python{}.{}".format(*sys.version_info)
layers = os.environ.get("SANDBOX_LAYERS")
folders = [] if layers is None else [os.path.join(layers, "python", "lib", version, "site-packages"), os.path.join(layers, "python")]
# Documented: "Packaging your layer content", layer paths of Python.
sys.path[0:1] = [os.environ["LAMBDA_TASK_ROOT"], *folders]


class LogSink(bootstrap.StandardLogSink):
    """Sends a line break within an entry as a carriage return, so that each entry is one line."""

    def log(self, msg, frame_type=None):
        sys.stdout.write(msg.rstrip("\n").replace("\n", "\r") + "\n")


bootstrap.StandardLogSink = LogSink
config = LambdaConfigProvider([sys.argv[0], os.environ["_HANDLER"]])
bootstrap.run(config.handler, LambdaRuntimeClient(config.api_address, config.use_thread_polling))
