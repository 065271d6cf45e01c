import { type HttpRequest, header, headerValues, mediaType, type PathParameters } from '../../protocol/http';
import type { MethodDefinition } from './definition';
import { GatewayFailure } from './failure';

/**
 * The request validator of a method. Required parameters must be present and not blank. The body must match the model of its content type
 * (`application/json` if there is none) or of `$default`; without such a model it is not validated.
 */
export function validateRequest(method: MethodDefinition, request: HttpRequest, parameters: PathParameters): void {
  if (method.validator?.parameters) checkParameters(method, request, parameters);
  if (method.validator?.body) checkBody(method, request);
}

function checkParameters(method: MethodDefinition, request: HttpRequest, parameters: PathParameters): void {
  const missing = Object.entries(method.requestParameters)
    .filter(([name, required]) => required && isBlank(name, request, parameters))
    .map(([name]) => name.split('.').slice(3).join('.'));
  if (missing.length > 0) {
    throw new GatewayFailure('BAD_REQUEST_PARAMETERS', `Missing required request parameters: [${missing.sort().join(', ')}]`);
  }
}

function isBlank(expression: string, request: HttpRequest, parameters: PathParameters): boolean {
  const [, , place, ...rest] = expression.split('.');
  const name = rest.join('.');
  if (place === 'path') return (parameters[name] ?? '') === '';
  const values = place.endsWith('header') ? headerValues(request.headers, name) : (request.query[name] ?? []);
  return values.every((value) => value.trim() === '');
}

function checkBody(method: MethodDefinition, request: HttpRequest): void {
  const type = mediaType(header(request.headers, 'Content-Type')) ?? 'application/json';
  const validate = method.models.get(type) ?? method.models.get('$default');
  if (!validate) return;
  let body: unknown;
  try {
    body = JSON.parse(request.body === '' ? '{}' : request.body);
  } catch (error) {
    throw new GatewayFailure('BAD_REQUEST_BODY', 'Invalid request body', { cause: (error as Error).message });
  }
  if (!validate(body)) {
    const cause = (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`.trim()).join(', ');
    throw new GatewayFailure('BAD_REQUEST_BODY', 'Invalid request body', { cause: `[${cause}]` });
  }
}
