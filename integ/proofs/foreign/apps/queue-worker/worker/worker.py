"""Takes words from the queue and stores how long they are."""

import os

import boto3

queue = boto3.resource("sqs").get_queue_by_name(QueueName=os.environ["QUEUE_NAME"])
results = boto3.resource("dynamodb").Table(os.environ["RESULTS"])

while True:
    for message in queue.receive_messages(MaxNumberOfMessages=10, WaitTimeSeconds=5):
        print(f"working on {message.body}")
        results.put_item(Item={"word": message.body, "letters": len(message.body)})
        message.delete()
