import hashlib
import json
import logging
import os

import boto3

LOG = logging.getLogger()
LOG.setLevel(logging.INFO)

links = boto3.resource("dynamodb").Table(os.environ["LINKS"])


def main(event, context):
    LOG.info("%s %s", event["httpMethod"], event["path"])
    target = (event["queryStringParameters"] or {}).get("targetUrl")
    if target:
        return create(target)
    return visit(event["path"].lstrip("/"))


def create(target):
    id = hashlib.sha256(target.encode()).hexdigest()[:8]
    links.put_item(Item={"id": id, "target": target, "visits": 0})
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps({"id": id})}


def visit(id):
    if id == "":
        return {"statusCode": 400, "body": "usage: ?targetUrl=URL"}
    try:
        found = links.update_item(
            Key={"id": id},
            UpdateExpression="ADD visits :one",
            ConditionExpression="attribute_exists(id)",
            ExpressionAttributeValues={":one": 1},
            ReturnValues="ALL_NEW",
        )["Attributes"]
    except links.meta.client.exceptions.ConditionalCheckFailedException:
        return {"statusCode": 404, "body": f"no link {id}"}
    return {"statusCode": 301, "headers": {"Location": found["target"], "x-visits": str(found["visits"])}, "body": ""}
