import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

const { OTEL_EXPORTER_OTLP_ENDPOINT: collector, OTEL_SERVICE_NAME: service } = process.env;
const SERVER = 2;

createServer(async ({ method, url = '' }, response) => {
  const [, kind, order] = url.split('/');
  if (kind !== 'orders') return response.writeHead(kind === 'health' ? 200 : 404).end();
  const started = Date.now();
  response.writeHead(200).end(`order ${order}`);
  await sent(span(started, { order, 'http.request.method': method, 'http.response.status_code': 200 })).catch(console.error);
}).listen(8080);

/** X-Ray's trace ids begin with the time. */
function span(started, attributes) {
  const nanoseconds = (milliseconds) => `${milliseconds}000000`;
  return {
    traceId: `${Math.floor(started / 1000).toString(16)}${randomBytes(12).toString('hex')}`,
    spanId: randomBytes(8).toString('hex'),
    ...{ name: 'GET /orders', kind: SERVER },
    ...{ startTimeUnixNano: nanoseconds(started), endTimeUnixNano: nanoseconds(Date.now()) },
    attributes: attributesOf(attributes),
  };
}

function sent(one) {
  const resource = { attributes: attributesOf({ 'service.name': service }) };
  return fetch(`${collector}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: [one] }] }] }),
  });
}

function attributesOf(values) {
  return Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: value } : { stringValue: value },
  }));
}
