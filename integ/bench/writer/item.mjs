import { marshall } from '@aws-sdk/util-dynamodb';

/** The item for a message, with the keys and attributes that our writer sets. */
export function itemOf({ messageId, body, messageAttributes }) {
  const given = (name) => messageAttributes[name].stringValue;
  const visit = JSON.parse(body);
  const received = Number(given('receivedAt'));
  return marshall({
    pk: `${given('tenant')}#STUDENT#${visit.student}`,
    sk: `VISIT#${given('idempotencyKey')}`,
    tenant: given('tenant'),
    correlationId: given('correlationId'),
    requestId: given('requestId'),
    messageId,
    receivedAt: new Date(received).toISOString(),
    expiresAt: Math.ceil(received / 1000) + Number(process.env.TIME_TO_LIVE_SECONDS),
    body: visit,
  });
}
