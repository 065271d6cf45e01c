import json
import os

import boto3

secrets = boto3.client("secretsmanager")


def handler(event, context):
    value = secrets.get_secret_value(SecretId=os.environ["SECRET_ARN"])
    login = json.loads(value["SecretString"])
    return {
        "username": login["username"],
        "length": len(login["password"]),
        "plain": login["password"].isalnum(),
        "stages": value["VersionStages"],
    }
