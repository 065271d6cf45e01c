import { askRunning } from '../running/answer';
import type { RequestTrace } from './station';
import { tableOf } from './table';

const USAGE = 'Usage: npx projen trace <correlation id>, which is in the answer of each request and in its header x-amz-apigw-id';

/**
 * `npx projen trace <id>`: prints the way of one request through the systems that `npx projen start` runs.
 *
 * @returns the exit status: 0 if the request was found, 1 if not, 2 if there is nothing to ask
 */
export async function traceCommand(args: readonly string[], print: (line: string) => void, folder?: string): Promise<0 | 1 | 2> {
  const [id, ...rest] = args;
  if (id === undefined || id === '' || rest.length > 0) {
    print(USAGE);
    return 2;
  }
  const asked = await askRunning<RequestTrace>('requests', id, folder);
  if (asked.length === 0) {
    print('Nothing is running here: start a system in another shell with npx projen start school-platform');
    return 2;
  }
  const found = asked.filter(({ answer }) => answer.stations.length > 0);
  for (const { answer } of found) print(tableOf(answer));
  if (found.length > 0) return 0;
  const names = asked.map(({ system }) => system).join(', ');
  print(
    `${names} has no request ${id}. An id has 15 characters and = and is in the answer of its request, and in the header x-amz-apigw-id; the last 10,000 lines of each log group are kept`,
  );
  return 1;
}
