import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the API serves the variant without tenant isolation. */
export const ONE_ROLE_PREFIX = '/one-role';

/** The changes to the service's code: in each file, this text occurs once. */
const CHANGES = [
  {
    file: join('src', 'tenant-data.ts'),
    from: 'new TenantClients(sessions, (credentials) => ofCurrentRequest(new DynamoDBClient({ credentials, requestHandler })))',
    // The credentials of the task's own role.
    to: '((oneRole) => ({ clientFor: async () => oneRole }))(ofCurrentRequest(new DynamoDBClient({ requestHandler })))',
  },
  {
    file: join('src', 'server.ts'),
    from: 'logger: false,',
    to: `logger: false, rewriteUrl: ({ url = '/' }) => (url.startsWith('${ONE_ROLE_PREFIX}/') ? url.slice(${ONE_ROLE_PREFIX.length}) : url),`,
  },
];

/**
 * Copies the grades service without its tenant isolation: all schools share one client with the task's own role. The published example has no
 * setting for this. Everything else is the same code.
 *
 * @throws if the service's code is not as expected: the comparison would be of something else
 */
export function copyWithOneRole(service: string, folder: string): void {
  cpSync(service, folder, { recursive: true });
  for (const { file, from, to } of CHANGES) {
    const parts = readFileSync(join(service, file), 'utf8').split(from);
    if (parts.length !== 2) throw new Error(`${file}: expected '${from}' once, found it ${parts.length - 1} times`);
    writeFileSync(join(folder, file), parts.join(to));
  }
}
