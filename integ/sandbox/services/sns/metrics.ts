import type { Metrics, TopicDelivery } from '../../contracts';

/** The metrics of topics. */
export interface TopicMetrics {
  published(topicArn: string, bytes: number): void;
  /** A message was handed over, or given up. */
  ended(topicArn: string, status: TopicDelivery['status']): void;
  /** A filter policy rejected a message. */
  filteredOut(topicArn: string): void;
}

/** Documented: "Monitoring Amazon SNS topics using CloudWatch". */
export function topicMetrics(metrics: Metrics): TopicMetrics {
  const put = metrics.source({
    namespace: 'AWS/SNS',
    units: {
      ...{ NumberOfMessagesPublished: 'Count', PublishSize: 'Bytes', NumberOfNotificationsFilteredOut: 'Count' },
      ...{ NumberOfNotificationsDelivered: 'Count', NumberOfNotificationsFailed: 'Count' },
    },
    dimensions: [['TopicName']],
  });
  const dimensions = (topicArn: string) => ({ TopicName: topicArn.slice(topicArn.lastIndexOf(':') + 1) });
  return {
    published: (topicArn, bytes) => put(dimensions(topicArn), { NumberOfMessagesPublished: 1, PublishSize: bytes }),
    ended(topicArn, status) {
      if (status === 'delivered') put(dimensions(topicArn), { NumberOfNotificationsDelivered: 1 });
      if (status === 'failed') put(dimensions(topicArn), { NumberOfNotificationsFailed: 1 });
    },
    filteredOut: (topicArn) => put(dimensions(topicArn), { NumberOfNotificationsFilteredOut: 1 }),
  };
}
