import { type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse, request as sendPlain } from 'node:http';
import { request as sendSecure } from 'node:https';

/** Forwards a request to another server, and returns its response. @param body the body, if it was already read */
export function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { protocol, hostname, port }: URL,
  { path, headers }: { readonly path: string | undefined; readonly headers: OutgoingHttpHeaders },
  body?: Buffer,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const send = protocol === 'https:' ? sendSecure : sendPlain;
    const onward = send({ hostname, port, method: incoming.method, path, headers }, (reply) => {
      outgoing.writeHead(reply.statusCode ?? 502, reply.rawHeaders);
      reply.pipe(outgoing);
      reply.on('end', resolve).on('error', reject);
    });
    onward.on('error', reject);
    if (body === undefined) incoming.pipe(onward);
    else onward.end(body);
  });
}
