"""
What the metrics of queues need to know of MiniStack's queues: since when the oldest message waits. GetQueueAttributes returns it as
`OldestMessageTimestamp`, in milliseconds, if a caller asks for it by this name.
"""

import json
import time

from ministack.services import sqs

NAME = "OldestMessageTimestamp"


def since(message):
    """The time at which a message arrived in its queue: a dead-letter queue counts from the move."""
    return message.get("moved_at", message.get("sent_at", 0))


def waits(queue, message):
    """
    SQS documents for ApproximateAgeOfOldestMessage that a message of a standard queue that was received three times or more is not
    counted. Receives in the queue before do not count.
    """
    return queue.get("is_fifo") or message["receive_count"] - message.get("receives_before", 0) < 3


def get_queue_attributes(get):
    def got(data, qurl):
        names = data.get("AttributeNames") or ["All"]
        answer = get({**data, "AttributeNames": [name for name in names if name != NAME] or ["QueueArn"]}, qurl)
        if NAME in names:
            queue = sqs._get_q(data.get("QueueUrl", qurl), "sqs:GetQueueAttributes")
            times = [since(message) for message in queue["messages"] if waits(queue, message)]
            if times:
                answer["Attributes"][NAME] = str(int(min(times) * 1000))
        return answer

    return got


def dlq_sweep(sweep):
    """Records when messages were moved to a dead-letter queue: MiniStack appends them to its messages."""

    def swept(queue):
        before = len(queue["messages"])
        sweep(queue)
        moved = before - len(queue["messages"])
        if moved == 0:
            return
        target = sqs._queue_by_arn(json.loads(queue["attributes"]["RedrivePolicy"])["deadLetterTargetArn"])
        for message in target["messages"][-moved:]:
            message.update(moved_at=time.time(), receives_before=message["receive_count"])

    return swept


def install():
    sqs._HANDLERS["GetQueueAttributes"] = get_queue_attributes(sqs._HANDLERS["GetQueueAttributes"])
    sqs._dlq_sweep = dlq_sweep(sqs._dlq_sweep)
