import os
from urllib.parse import unquote_plus

import boto3

s3 = boto3.client("s3")
index = boto3.resource("dynamodb").Table(os.environ["INDEX"])


def handler(event, context):
    for record in event["Records"]:
        bucket = record["s3"]["bucket"]["name"]
        key = unquote_plus(record["s3"]["object"]["key"])
        text = s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
        index.put_item(Item={"key": key, "lines": len(text.splitlines()), "event": record["eventName"]})
