import { exactHeader, singleValues } from '../../protocol/http';
import type { Exchange } from './exchange';
import { escapeJavaScript, urlDecode, urlEncode } from './vtl/java-text';
import { parseJson } from './vtl/json';
import { readPath } from './vtl/json-path';
import { fromPlain, Host, javaString, toJson, type Value } from './vtl/value';

/** Names that exist in every mapping template. */
export const VARIABLES = ['context', 'input', 'util', 'stageVariables'] as const;

/** The variables of a mapping template for one payload: that of the request, or that of the integration's response. */
export function templateVariables(exchange: Exchange, body: string): Map<string, Value> {
  const context = fromPlain(exchange.context) as Map<string, Value>;
  for (const [name, override] of exchange.overrides) context.set(name, override);
  return new Map<string, Value>([
    ['context', context],
    ['input', input(exchange, body)],
    ['util', util],
    ['stageVariables', fromPlain(exchange.stage.variables)],
  ]);
}

/** `$input`. For a path without a value, or a body that is not JSON, `path` returns null and `json` returns `""`. */
function input(exchange: Exchange, body: string): Host {
  const payload = new Payload(body);
  return new Host(
    {
      json: (path) => {
        const value = payload.read(path);
        return value === undefined ? '""' : toJson(value);
      },
      path: (path) => payload.read(path),
      params: (name) => (name === undefined ? parameters(exchange) : parameter(exchange, javaString(name))),
    },
    // An empty payload is an empty object.
    { body: () => (body === '' ? '{}' : body) },
  );
}

/** A payload that is parsed on first use. */
class Payload {
  private parsed?: { readonly value: Value };

  constructor(private readonly body: string) {}

  read(path: Value): Value {
    this.parsed ??= { value: this.body === '' ? new Map() : tryParse(this.body) };
    return readPath(this.parsed.value, javaString(path ?? '$'));
  }
}

function tryParse(text: string): Value {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function parameters({ request, parameters }: Exchange): Value {
  const query = Object.fromEntries(Object.entries(request.query).map(([name, values]) => [name, values.at(-1)]));
  const all = Object.entries({ path: parameters, querystring: query, header: singleValues(request.headers) });
  return new Map<string, Value>(all.map(([place, values]) => [place, new ParameterMap(Object.entries(values))]));
}

/** A map of parameters in which a missing one is an empty string, as for `$input.params(name)`. */
class ParameterMap extends Map<string, Value> {
  public override get(name: string): Value {
    return super.get(name) ?? '';
  }
}

/** Searches path, query string and headers, in this order; a missing parameter is an empty string. */
function parameter({ request, parameters }: Exchange, name: string): string {
  return own(parameters, name) ?? own(request.query, name)?.at(-1) ?? exactHeader(request.headers, name) ?? '';
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

const text =
  (change: (value: string) => Value) =>
  (value: Value): Value =>
    value === null || value === undefined ? undefined : change(javaString(value));

const util = new Host({
  escapeJavaScript: text(escapeJavaScript),
  parseJson: text(parseJson),
  urlEncode: text(urlEncode),
  urlDecode: text(urlDecode),
  base64Encode: text((value) => Buffer.from(value, 'utf8').toString('base64')),
  base64Decode: text((value) => Buffer.from(value, 'base64').toString('utf8')),
});
