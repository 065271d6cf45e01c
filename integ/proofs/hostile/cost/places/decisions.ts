import { readResolveRequest } from '../../../../../src/resilient-gov-sync/lambda/resolve/request';
import { readStartRequest } from '../../../../../src/resilient-gov-sync/lambda/start/request';
import { pageOf } from '../../../../../src/resilient-gov-sync/lambda/status/page';
import { readStatus } from '../../../../../src/resilient-gov-sync/lambda/status/read-status';
import { readStatusRequest } from '../../../../../src/resilient-gov-sync/lambda/status/request';
import { type Place, reading } from '../place';
import { TEXTS } from '../shapes';

/** Documented: "Lambda quotas", invocation payload. */
const LAMBDA_PAYLOAD = 6 * 1024 * 1024;
/** Documented: "Constraints in Amazon DynamoDB", item size. */
const DYNAMODB_ITEM = 400 * 1024;
const TIME_ZONE = 'Europe/Berlin';

/** Reads each request. Some are rejected, as expected. */
function tryAll(requests: readonly object[], read: (request: object) => unknown): void {
  for (const request of requests) {
    try {
      read(request);
    } catch {
      // Rejected, as expected.
    }
  }
}

export const decisions: readonly Place[] = [
  {
    name: 'what a person says who starts an attempt',
    files: ['src/resilient-gov-sync/start-sync.lambda.ts', 'src/resilient-gov-sync/lambda/start/request.ts'],
    limit: LAMBDA_PAYLOAD,
    limitedBy: 'Lambda',
    shapes: TEXTS,
    open: async () =>
      reading((text) => {
        const person = { kind: 'PERSON', period: '2026Q4', who: 'ticket 7', why: 'the API is back' };
        tryAll(
          [
            { ...person, period: text },
            { ...person, kind: text },
            { ...person, who: text },
            { ...person, [text]: 1 },
            { kind: 'OPEN_PERIODS', scheduledTime: text },
          ],
          (request) => readStartRequest(request, TIME_ZONE),
        );
      }),
  },
  {
    name: 'what a person decides about reports',
    files: ['src/resilient-gov-sync/resolve-reports.lambda.ts', 'src/resilient-gov-sync/lambda/resolve/request.ts'],
    limit: LAMBDA_PAYLOAD,
    limitedBy: 'Lambda',
    shapes: TEXTS,
    open: async () =>
      reading((text) => {
        const common = { period: '2026Q4', who: 'ticket 12', why: 'corrected' };
        const requests = [
          { ...common, kind: text },
          { ...common, kind: 'REPLAY', period: text },
          { ...common, kind: 'REPLAY', [text]: true },
          { ...common, kind: 'REPLAY', all: true, who: text },
          { ...common, kind: 'REPLAY', tenants: [text] },
          { ...common, kind: 'REPLAY', tenants: [...text.slice(0, 1_000)] },
          { ...common, kind: 'CORRECT', tenant: 'school-1', report: text },
        ];
        tryAll(requests, (request) => readResolveRequest(request, TIME_ZONE));
      }),
  },
  {
    name: 'what a person asks about the status',
    files: ['src/resilient-gov-sync/sync-status.lambda.ts', 'src/resilient-gov-sync/lambda/status/request.ts'],
    limit: LAMBDA_PAYLOAD,
    limitedBy: 'Lambda',
    shapes: TEXTS,
    open: async () =>
      reading((text) => {
        tryAll([{ period: text }, { after: text }, { status: text }, { [text]: 1 }], (request) => readStatusRequest(request));
      }),
  },
  {
    name: 'texts of the API on the status page',
    files: ['src/resilient-gov-sync/sync-status.lambda.ts', 'src/resilient-gov-sync/lambda/status/page.ts'],
    limit: DYNAMODB_ITEM,
    limitedBy: 'DynamoDB',
    shapes: TEXTS,
    open: async () =>
      reading(async (text) => {
        const report = { tenant: 'school-1', status: 'REJECTED', since: 0, reason: 'HTTP 422', said: text };
        const table = {
          read: async () => ({ status: 'SENDING', since: 0 }),
          reports: async () => [report],
          readApi: async () => undefined,
        };
        const request = readStatusRequest({ format: 'html' });
        const status = await readStatus(request, { table, timeZone: TIME_ZONE, now: () => 1_790_000_000_000 });
        pageOf(status, request, { timeZone: TIME_ZONE });
      }),
  },
];
