"""The HTTP side of AWS's runtime interface client, which its wheels contain as machine code for Linux only.

Documented: "Using the Lambda runtime API for custom runtimes".
"""

import http.client
import os
import resource
import sys

API = "/2018-06-01/runtime/invocation/"
DEADLINE = "Lambda-Runtime-Deadline-Ms"


def initialize_client(user_agent):
    pass


def next():
    headers, body = _call("GET", "next")
    return body, {**headers, DEADLINE: int(headers[DEADLINE])}


def post_invocation_result(invoke_id, body, content_type, invocation_id=None):
    _end_log(invoke_id)
    _call("POST", f"{invoke_id}/response", body, content_type)


def post_error(invoke_id, error, xray_fault, invocation_id=None):
    _end_log(invoke_id)
    _call("POST", f"{invoke_id}/error", error.encode(), "application/json")


def _call(method, path, body=None, content_type="application/json"):
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    try:
        connection.request(method, API + path, body, {"Content-Type": content_type})
        response = connection.getresponse()
        content = response.read()
        if response.status >= 400:
            raise RuntimeError(f"The Runtime API answered {response.status} to {method} {path}")
        return dict(response.getheaders()), content
    finally:
        connection.close()


def _end_log(invoke_id):
    """Writes the mark that ends the log lines of an event, with the memory use of the process."""
    sys.stdout.flush()
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    os.write(1, f"\0{invoke_id} {size}\n".encode())
