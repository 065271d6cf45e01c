import json
import os

import boto3
from botocore.config import Config

s3 = boto3.client("s3", config=Config(signature_version="s3v4"))
BUCKET = os.environ["BUCKET"]


def handler(event, context):
    name = json.loads(event["body"])["name"]
    place = {"Bucket": BUCKET, "Key": f"incoming/{name}"}
    return {
        "statusCode": 201,
        "headers": {"Access-Control-Allow-Origin": "*"},
        "body": json.dumps(
            {
                "upload": s3.generate_presigned_url("put_object", Params=place, ExpiresIn=300),
                "download": s3.generate_presigned_url("get_object", Params=place, ExpiresIn=300),
            }
        ),
    }
