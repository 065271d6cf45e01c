/** A message to a subscription of a topic. */
export interface TopicDelivery {
  /** Milliseconds since the epoch, by the clock. */
  readonly at: number;
  readonly topicArn: string;
  /** `email`, `https`, `sqs`, `lambda` */
  readonly protocol: string;
  readonly endpoint: string;
  readonly subject?: string;
  readonly message: string;
  /** `unconfirmed`: the subscription waits for its confirmation, and gets nothing. */
  readonly status: 'delivered' | 'unconfirmed' | 'failed';
  /** Why it failed. */
  readonly reason?: string;
}

/** The topics of the assembly. */
export interface Topics {
  /**
   * Publishes for a service: an alarm, a rule. The policies of the topic and of its key are evaluated for the service.
   *
   * @param service `cloudwatch.amazonaws.com`
   * @param sourceArn the alarm or the rule
   * @throws the message of AWS, if a policy denies it or there is no such topic
   */
  publishAs(service: string, sourceArn: string, topicArn: string, notice: { subject?: string; message: string }): Promise<void>;
  /** The last 10,000 messages to subscriptions, in order. E-mail and calls of hosts that are not mapped are recorded, not sent. */
  deliveries(): readonly TopicDelivery[];
  /** @returns removes the listener */
  onDelivery(listener: (delivery: TopicDelivery) => void): () => void;
}
