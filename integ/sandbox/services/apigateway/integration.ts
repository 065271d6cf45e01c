import { header, mediaType } from '../../protocol/http';
import type { IntegrationDefinition } from './definition';
import type { Exchange } from './exchange';
import { GatewayFailure, misconfigured } from './failure';
import { mapped } from './mapping';
import type { IntegrationRequest } from './messages';
import { templateVariables } from './variables';
import type { Template } from './vtl/template';
import { javaString, type Value } from './vtl/value';

/** Runs a call for at most the integration's timeout, in this machine's time, because the call does real work. */
export async function within<T>(timeout: number, call: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const fail = (): void => reject(new GatewayFailure('INTEGRATION_TIMEOUT', 'Endpoint request timed out'));
    timer = setTimeout(fail, timeout);
  });
  try {
    return await Promise.race([call(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The request to the integration, from its template, its mapped parameters and the template's overrides. */
export function integrationRequest(integration: IntegrationDefinition, exchange: Exchange): IntegrationRequest {
  const template = requestTemplate(integration, exchange);
  const body = template ? render(template, exchange, exchange.request.body) : exchange.request.body;
  const parts = { header: new Map<string, string>(), querystring: new Map<string, string>(), path: new Map<string, string>() };
  for (const [name, expression] of Object.entries(integration.requestParameters)) {
    const [, place, key] = /^integration\.request\.(header|querystring|path)\.(.+)$/.exec(name) ?? [];
    const value = mapped(expression, exchange);
    if (value !== undefined) parts[place as keyof typeof parts].set(key, value);
  }
  const overrides = exchange.overrides.get('requestOverride') as ReadonlyMap<string, Value>;
  for (const place of ['header', 'querystring', 'path'] as const) {
    const set = overrides.get(place);
    if (set instanceof Map) for (const [name, value] of set) override(parts[place], name, javaString(value));
  }
  const path = overrides.get('path') ?? '';
  const wholePath = path instanceof Map ? undefined : javaString(path);
  return { body, headers: [...parts.header], query: [...parts.querystring], path: parts.path, wholePath };
}

function override(values: Map<string, string>, name: string, value: string): void {
  for (const key of values.keys()) if (key.toLowerCase() === name.toLowerCase()) values.delete(key);
  values.set(name, value);
}

/** The template of the content type, or undefined to pass the body through. Throws 415 if the passthrough behavior says so. */
function requestTemplate(integration: IntegrationDefinition, exchange: Exchange): Template | undefined {
  const { requestTemplates, passthrough } = integration;
  const type = mediaType(header(exchange.request.headers, 'Content-Type')) ?? 'application/json';
  const template = requestTemplates.get(type) ?? requestTemplates.get('$default');
  if (template || passthrough === 'WHEN_NO_MATCH') return template;
  if (passthrough === 'WHEN_NO_TEMPLATES' && requestTemplates.size === 0) return undefined;
  throw new GatewayFailure('UNSUPPORTED_MEDIA_TYPE', 'Unsupported Media Type');
}

/** Renders a template. An error in it is a configuration error. */
export function render(template: Template, exchange: Exchange, body: string): string {
  try {
    return template.render(templateVariables(exchange, body));
  } catch (error) {
    throw misconfigured(`the mapping template failed: ${(error as Error).message}`);
  }
}
