import type { ApiConnection, Check, Clock, Connections, Json, JsonObject } from '../../../contracts';
import { type Hosts, originFor } from '../../../process/hosts';
import { type ApiRequest, type ApiResponse, send } from '../../../protocol/send';
import { RUNTIME, TaskFailure } from '../run/failure';
import { MAX_PAYLOAD_BYTES } from '../run/run-states';
import { requestOf } from './request';
import { createTokens } from './token';

export interface HttpTasksOptions {
  readonly region: string;
  readonly clock: Clock;
  readonly connections: Connections;
  /** Where hosts are on this machine. Nothing leaves it. */
  readonly hosts: Hosts;
  /** The message of AWS if a role may not do something. */
  denial(roleArn: string, check: Check): string | undefined;
}

/** Calls HTTPS APIs for HTTP tasks (documented: "Call HTTPS APIs in Step Functions workflows"). */
export interface HttpTasks {
  /** @throws TaskFailure */
  invoke(given: JsonObject, roleArn: string, stateMachineArn: string): Promise<JsonObject>;
}

/** Documented: an HTTP task ends after 60 seconds with this error, also if TimeoutSeconds is longer. */
const TIMEOUT_SECONDS = 60;
const SOCKET = 'States.Http.Socket';

export function createHttpTasks({ region, clock, connections, hosts, denial }: HttpTasksOptions): HttpTasks {
  const tokens = createTokens(clock, inTime);

  /** Sends within the time limit, by the sandbox's clock. @throws TaskFailure */
  async function inTime(request: ApiRequest): Promise<ApiResponse> {
    const origin = originFor(request.url.href, hosts);
    if (origin === undefined) {
      const { origin: from } = request.url;
      throw new TaskFailure(RUNTIME, `${from} is not on this machine: start the sandbox with --map ${from}=http://127.0.0.1:<port>`);
    }
    const over = new AbortController();
    const ended = new AbortController();
    clock.sleep(TIMEOUT_SECONDS * 1000, ended.signal).then(
      () => over.abort(),
      () => undefined,
    );
    try {
      return await send(request, origin, over.signal);
    } catch (error) {
      const reason = over.signal.aborted ? `The API did not respond within ${TIMEOUT_SECONDS} seconds` : (error as Error).message;
      throw new TaskFailure(SOCKET, reason);
    } finally {
      ended.abort(new Error('The response has arrived'));
    }
  }

  async function authorized(connection: ApiConnection): Promise<Record<string, string>> {
    const { authorization } = connection;
    switch (authorization.type) {
      case 'API_KEY':
        return { [authorization.name.toLowerCase()]: authorization.value };
      case 'BASIC':
        return { authorization: `Basic ${Buffer.from(`${authorization.user}:${authorization.password}`).toString('base64')}` };
      case 'OAUTH_CLIENT_CREDENTIALS':
        return { authorization: `Bearer ${await tokens.of(connection)}` };
    }
  }

  return {
    async invoke(given, roleArn, stateMachineArn) {
      const allow = (error: string, action: string, resource: string, context = {}) => {
        const message = denial(roleArn, { action, resource, context });
        if (message !== undefined) throw new TaskFailure(error, message);
      };
      const context = { 'states:HTTPEndpoint': String(given.ApiEndpoint), 'states:HTTPMethod': String(given.Method) };
      allow('States.Permissions', 'states:InvokeHTTPEndpoint', stateMachineArn, context);
      const { ConnectionArn } = (given.InvocationConfig ?? given.Authentication ?? {}) as JsonObject;
      if (ConnectionArn === undefined)
        throw new TaskFailure(RUNTIME, 'An HTTP task needs the ConnectionArn of a connection of EventBridge');
      const connection = await connections.find(String(ConnectionArn));
      if (connection === undefined)
        throw new TaskFailure('Events.ConnectionResource.ResourceNotFound', `There is no connection ${ConnectionArn}`);
      allow(ACCESS_DENIED, 'events:RetrieveConnectionCredentials', connection.arn);
      allow(ACCESS_DENIED, 'secretsmanager:DescribeSecret', connection.secretArn);
      allow(ACCESS_DENIED, 'secretsmanager:GetSecretValue', connection.secretArn);
      const request = requestOf(given, connection, region);
      const response = await inTime({ ...request, headers: { ...request.headers, ...(await authorized(connection)) } });
      if (response.status === 401 && connection.authorization.type === 'OAUTH_CLIENT_CREDENTIALS') tokens.drop(connection);
      return resultOf(response);
    },
  };
}

const ACCESS_DENIED = 'Events.ConnectionResource.AccessDenied';
const BINARY = /^(?:application\/octet-stream|image\/|video\/|audio\/)/;

/** The result of the task. @throws TaskFailure for a status other than 2xx, with the whole response as its cause */
function resultOf({ status, statusText, headers, body }: ApiResponse): JsonObject {
  const type = headers['content-type']?.[0] ?? '';
  if (BINARY.test(type)) throw new TaskFailure(RUNTIME, `The content type ${type} of the response is not supported: HTTP tasks need text`);
  if (body.length > MAX_PAYLOAD_BYTES) throw new TaskFailure('States.DataLimitExceeded', 'The response is larger than 262144 bytes');
  const Headers = Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, [...values]]));
  const result = { Headers, ResponseBody: contentOf(body.toString(), type), StatusCode: status, StatusText: statusText };
  if (status >= 200 && status < 300) return result;
  throw new TaskFailure(`States.Http.StatusCode.${status}`, JSON.stringify(result));
}

/** JSON is parsed if it is complete. */
function contentOf(text: string, type: string): Json {
  if (!/\bjson\b/.test(type)) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
