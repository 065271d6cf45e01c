import type { HttpPair, HttpResponse } from '../../contracts';
import type { Action, RoutedRequest } from './definition';

/** Observed: the phrases of the pages that a load balancer answers itself. */
const PHRASES: Readonly<Record<number, string>> = {
  301: '301 Moved Permanently',
  302: '302 Found',
  400: '400 Bad Request',
  403: '403 Forbidden',
  500: '500 Internal Server Error',
  502: '502 Bad Gateway',
  503: '503 Service Temporarily Unavailable',
  504: '504 Gateway Time-out',
};

/** A page of the load balancer itself. Documented: "Troubleshoot your Application Load Balancers", with the causes of each code. */
export function page(status: number, headers: readonly HttpPair[] = []): HttpResponse {
  const title = PHRASES[status] ?? String(status);
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
  return { status, headers: [['Content-Type', 'text/html'], ...headers], body };
}

/** Documented: "Redirect actions": `#{host}` and the like stand for the components of the request. */
export function redirect(
  action: Extract<Action, { kind: 'redirect' }>,
  { host, path, query }: Pick<RoutedRequest, 'host' | 'path' | 'query'>,
  connection: { readonly protocol: string; readonly port: number },
): HttpResponse {
  const values: Readonly<Record<string, string>> = {
    ...{ host, query, protocol: connection.protocol, port: String(connection.port), path: path.replace(/^\//, '') },
  };
  const filled = (text: string): string => text.replace(/#\{(protocol|host|port|path|query)\}/g, (_, name: string) => values[name]);
  const parameters = filled(action.query);
  const location = `${filled(action.protocol).toLowerCase()}://${filled(action.host)}:${filled(action.port)}${filled(action.path)}`;
  return page(action.status, [['Location', parameters === '' ? location : `${location}?${parameters}`]]);
}

export function fixedResponse({ status, contentType, body }: Extract<Action, { kind: 'fixed-response' }>): HttpResponse {
  return { status, headers: [['Content-Type', contentType]], body };
}
