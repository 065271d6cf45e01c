import { createServer } from 'node:http';
import type { Credentials, Json, JsonObject } from '../../../contracts';
import { openServer } from './task-network';

export interface MetadataOptions {
  readonly socketPath: string;
  /** The path of the credentials, which only the task knows; undefined without a role. */
  readonly credentialsPath?: string;
  readonly roleArn?: string;
  credentials(): Credentials;
  /** Metadata of a container by its id; undefined if there is none. */
  container(id: string): JsonObject | undefined;
  task(): JsonObject;
}

/**
 * Credentials and metadata of one task. Documented: "Task IAM role" (credentials at 169.254.170.2), "Amazon ECS task metadata endpoint
 * version 4 for tasks on Fargate".
 */
export async function openMetadata(options: MetadataOptions): Promise<{ close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const answer = answerTo(options, request.url ?? '/');
    response
      .writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' })
      .end(JSON.stringify(answer ?? { message: 'not found' }));
  });
  const opened = openServer(server);
  await opened.listen(options.socketPath);
  return opened;
}

function answerTo({ credentialsPath, roleArn, credentials, container, task }: MetadataOptions, url: string): Json | undefined {
  if (credentialsPath !== undefined && url === credentialsPath && roleArn !== undefined) {
    const { accessKeyId, secretAccessKey, sessionToken = '', expiration = 0 } = credentials();
    return {
      RoleArn: roleArn,
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      Token: sessionToken,
      Expiration: new Date(expiration).toISOString(),
    };
  }
  const [, id = '', of] = /^\/v[34]\/([\w-]+)(\/\w+)?\/?$/.exec(url) ?? [];
  const own = container(id);
  if (own === undefined) return undefined;
  if (of === undefined) return own;
  return of === '/task' ? task() : undefined;
}
