import boto3

secrets = boto3.client("secretsmanager")


def handler(event, context):
    if event["Step"] == "createSecret":
        password = secrets.get_random_password(PasswordLength=24, ExcludePunctuation=True)["RandomPassword"]
        secrets.put_secret_value(
            SecretId=event["SecretId"],
            ClientRequestToken=event["ClientRequestToken"],
            SecretString=password,
            VersionStages=["AWSPENDING"],
        )
