"""Processors that change records before they are exported. Batches are made by the pipeline; memory is limited by the task."""

import json
import os
import re
import urllib.request


def processors_of(names, configuration):
    """Returns the functions that change a record, for how many seconds a batch is collected, and how many records it has at most."""
    functions, seconds, size = [], 0, 0
    for name in names:
        settings = configuration["processors"].get(name) or {}
        kind = name.split("/")[0]
        if kind == "attributes":
            functions.append(attributes(settings["actions"]))
        if kind == "resource":
            functions.append(resource(settings["attributes"]))
        if kind == "resourcedetection":
            functions.append(resource_detection(settings["detectors"]))
        if kind == "batch":
            seconds = seconds_of(settings.get("timeout", "200ms"))
            size = settings.get("send_batch_max_size", 0)
    return functions, seconds, size


def seconds_of(text):
    number, unit = re.fullmatch(r"(\d+)(ms|s)", text).groups()
    return int(number) / (1000 if unit == "ms" else 1)


def attributes(actions):
    def process(record):
        for action in actions:
            ACTIONS[action["action"]](record.attributes, action)

    return process


def resource(actions):
    def process(record):
        for action in actions:
            ACTIONS[action["action"]](record.resource, action)

    return process


def delete(found, action):
    for name in [name for name in found if re.search(action["pattern"], name)]:
        del found[name]


def insert(found, action):
    value = action.get("value", found.get(action.get("from_attribute")))
    if value is not None and action["key"] not in found:
        found[action["key"]] = value


def convert(found, action):
    value = found.get(action["key"])
    if value is not None and not isinstance(value, str):
        found[action["key"]] = as_string(value)


def extract(found, action):
    value = found.get(action["key"])
    match = re.search(action["pattern"], value) if isinstance(value, str) else None
    if match is not None:
        found.update({name: text or "" for name, text in match.groupdict().items()})


ACTIONS = {"insert": insert, "convert": convert, "extract": extract, "delete": delete}


def as_string(value):
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def resource_detection(detectors):
    detected = task() if "ecs" in detectors else {}

    def process(record):
        for name, value in detected.items():
            record.resource.setdefault(name, value)

    return process


def task():
    """Documented: task metadata endpoint version 4; attributes of the detector `ecs`."""
    with urllib.request.urlopen(f"{os.environ['ECS_CONTAINER_METADATA_URI_V4']}/task") as response:
        found = json.load(response)
    return {
        "cloud.provider": "aws",
        "cloud.platform": "aws_ecs",
        "cloud.region": os.environ["AWS_REGION"],
        "aws.ecs.cluster.arn": found["Cluster"],
        "aws.ecs.launchtype": found["LaunchType"].lower(),
        "aws.ecs.task.arn": found["TaskARN"],
        "aws.ecs.task.id": found["TaskARN"].split("/")[-1],
        "aws.ecs.task.family": found["Family"],
        "aws.ecs.task.revision": found["Revision"],
    }
