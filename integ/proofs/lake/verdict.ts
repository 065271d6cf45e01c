import type { Quarantined, Row } from './ask';
import type { Made } from './journal';

/** What the lake has, as Athena answers. */
export interface Answers {
  readonly changes: readonly { readonly row: Row; readonly copies: number }[];
  readonly current: readonly Row[];
  readonly quarantine: readonly Quarantined[];
}

export interface Verdict {
  /** Changes that can be stored. */
  readonly changes: number;
  /** Changes that are neither a row nor in quarantine. */
  readonly lost: number;
  /** Items whose last state in the lake is not that of the table: missing, too many, or with another value. */
  readonly currentWrong: number;
  readonly rowsAfterDedupe: number;
  /** Changes that are in quarantine and no row. */
  readonly quarantined: number;
  /** Rows and records in quarantine that are removals. */
  readonly ttlRows: number;
  /** Deleted items that the last state shows. */
  readonly deletedShown: number;
  /** Rows that were delivered more than once, and rows of the backfill that the stream has, too. */
  readonly duplicates: number;
  readonly backfilled: number;
  /** Rows whose values, time, folder or sequence are not those of the change. */
  readonly rowsWrong: number;
  /** Changes that cannot be stored and are not in quarantine with the right reason. */
  readonly reasonsWrong: number;
  /** Changes that the pipe gave up because of their age. */
  readonly tooOld: number;
}

const REASONS = { 'wrong type': /score is not N/, 'no tenant': /pk begins with no tenant/, 'too large': /^RetryAttemptsExhausted$/ };

/**
 * Compares the lake with what DynamoDB accepted. A change is found by its correlation id, which is the request's and a column of each row.
 *
 * A row of the stream counts once for each event_id. A row of the backfill has no sequence, and an event_id of its own: it counts if no row of
 * the stream has the same item and the same correlation id.
 */
export function judge(made: readonly Made[], { changes, current, quarantine }: Answers): Verdict {
  const byId = new Map(made.map((change) => [change.id, change]));
  const streamed = changes.filter(({ row }) => row.sequence !== null);
  const streamedIds = new Set(streamed.map(({ row }) => identity(row)));
  const backfilled = changes.filter(({ row }) => row.sequence === null);
  const added = new Map(backfilled.filter(({ row }) => !streamedIds.has(identity(row))).map(({ row }) => [identity(row), row]));
  const rows = [...streamed.map(({ row }) => row), ...added.values()];
  const stored = new Set(rows.map(({ correlation_id }) => correlation_id));

  const failed = failures(made, quarantine);
  const inQuarantine = [...failed.keys()].filter((id) => !stored.has(id));
  const expected = lastStates(made);
  const total = changes.reduce((sum, { copies }) => sum + copies, 0);
  return {
    changes: made.filter(({ bad }) => bad === undefined).length,
    lost: made.filter(({ id }) => !stored.has(id) && !failed.has(id)).length,
    ...compareCurrent(expected, current),
    rowsAfterDedupe: rows.length,
    quarantined: inQuarantine.length,
    ttlRows:
      rows.filter(({ event_name }) => event_name === 'REMOVE').length +
      quarantine.filter(({ record }) => record?.eventName === 'REMOVE').length,
    duplicates: total - rows.length,
    backfilled: added.size,
    rowsWrong: rows.filter((row) => !isRight(row, byId.get(row.correlation_id ?? ''))).length,
    reasonsWrong: made.filter(({ id, bad }) => bad !== undefined && !(failed.get(id) ?? []).some((reason) => REASONS[bad].test(reason)))
      .length,
    tooOld: [...failed.values()].filter((reasons) => reasons.includes('RecordAgeExceeded')).length,
  };
}

const identity = ({ partition_key, sort_key, correlation_id }: Row) => JSON.stringify([partition_key, sort_key, correlation_id]);

/** The reasons for each change that is in quarantine, or at a position of a dead letter. */
function failures(made: readonly Made[], quarantine: readonly Quarantined[]): Map<string, string[]> {
  const failed = new Map<string, string[]>();
  const add = (id: string, reason: string) => failed.set(id, [...(failed.get(id) ?? []), reason]);
  for (const { reason, record, deadLetter } of quarantine) {
    if (record !== undefined && record.eventName !== 'REMOVE') add(record.correlationId, reason);
    if (deadLetter === undefined) continue;
    for (const { id, sequence } of made)
      if (BigInt(sequence) >= deadLetter.from && BigInt(sequence) <= deadLetter.to) add(id, deadLetter.condition);
  }
  return failed;
}

/** The last change of each item that can be stored. */
function lastStates(made: readonly Made[]): Map<string, Made> {
  return new Map(made.filter(({ bad }) => bad === undefined).map((change) => [change.key, change]));
}

function compareCurrent(expected: ReadonlyMap<string, Made>, current: readonly Row[]): Pick<Verdict, 'currentWrong' | 'deletedShown'> {
  const shown = new Map<string, Row[]>();
  for (const row of current) shown.set(keyOf(row), [...(shown.get(keyOf(row)) ?? []), row]);
  const live = [...expected].filter(([, { deletes }]) => !deletes);
  const right = live.filter(([key, change]) => {
    const rows = shown.get(key) ?? [];
    return rows.length === 1 && isRight(rows[0], change);
  });
  const deletedShown = [...expected].filter(([key, { deletes }]) => deletes && shown.has(key)).length;
  const unknown = [...shown.keys()].filter((key) => !expected.has(key)).length;
  return { currentWrong: live.length - right.length + deletedShown + unknown, deletedShown };
}

const keyOf = ({ partition_key, sort_key }: Row) => `${partition_key}|${sort_key}`;

/** Whether a row has the values of the change, and the time, the sequence and the id of its record in the stream. */
function isRight(row: Row, change: Made | undefined): boolean {
  if (change === undefined) return false;
  const { item, at, eventName, eventId, sequence } = change;
  const time = new Date(at * 1000);
  const isStreamed = row.sequence !== null;
  const expected: Row = {
    ...{ partition_key: item.pk.S ?? null, sort_key: item.sk.S ?? null, correlation_id: change.id },
    ...{ event_id: isStreamed ? eventId : row.event_id, sequence: isStreamed ? sequence : null },
    event_name: isStreamed ? eventName : row.event_name,
    changed_at: timestamp(time),
    ...{ year: String(time.getUTCFullYear()), month: String(time.getUTCMonth() + 1) },
    deleted_at: item.deletedAt === undefined ? null : JSON.stringify({ s: item.deletedAt.S }),
    student_id: item.student.S ?? null,
    course: item.course.S ?? null,
    score: item.score.N === undefined ? null : Number(item.score.N).toFixed(2),
    official_number: item.officialNumber.N ?? null,
    graded_at: timestamp(new Date(item.gradedAt.S ?? '')),
    expires_at: item.expiresAt?.N === undefined ? null : timestamp(new Date(Number(item.expiresAt.N) * 1000)),
    clubs:
      item.clubs?.L === undefined ? null : JSON.stringify({ l: item.clubs.L.map(({ S, N }) => (S === undefined ? { n: N } : { s: S })) }),
  };
  return Object.entries(expected).every(([name, value]) => row[name as keyof Row] === value);
}

function timestamp(time: Date): string {
  return time.toISOString().slice(0, 23).replace('T', ' ');
}
