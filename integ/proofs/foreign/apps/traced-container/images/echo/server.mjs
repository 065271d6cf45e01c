import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

/** Sends one span, as an SDK of OpenTelemetry does over HTTP. */
async function trace(name) {
  const now = BigInt(Date.now()) * 1_000_000n;
  const attribute = { key: 'service.name', value: { stringValue: process.env.OTEL_SERVICE_NAME } };
  const span = {
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    name,
    kind: 2,
    startTimeUnixNano: String(now),
    endTimeUnixNano: String(now + 1_000_000n),
  };
  const body = { resourceSpans: [{ resource: { attributes: [attribute] }, scopeSpans: [{ scope: { name: 'echo' }, spans: [span] }] }] };
  const response = await fetch(`${process.env.OTEL_EXPORTER_OTLP_ENDPOINT}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.status;
}

createServer(async ({ url }, response) => {
  const status = url === '/health' ? 200 : await trace(`GET ${url}`).catch((error) => String(error));
  response.writeHead(200).end(`${url} ${status}`);
}).listen(8080);
