import type { Quarantined } from '../../kit/quarantine';
import type { Row } from './ask';
import type { Span } from './backfill';
import type { Made } from './journal';

/** What the lake has, as Athena answers. */
export interface Answers {
  readonly changes: readonly { readonly row: Row; readonly copies: number }[];
  readonly current: readonly Row[];
  readonly quarantine: readonly Quarantined[];
}

/** What the proof did while the changes were made. */
export interface Circumstances {
  /** Windows of the backfill. */
  readonly windows: readonly Span[];
  /** Ids of changes of the moments in which nothing but the pipe, or nothing but the delivery, was killed. */
  readonly killed: Readonly<Record<'pipe' | 'delivery', ReadonlySet<string>>>;
}

export interface Verdict {
  /** Changes that can be stored, without `betweenExports`. */
  readonly changes: number;
  /** Changes that are neither a row, nor in quarantine, nor in `betweenExports`. */
  readonly lost: number;
  /**
   * Changes that are neither a row nor in quarantine, in a window of the backfill in which the item was changed again: an export has the last
   * state of each item, so that the state before is nowhere.
   */
  readonly betweenExports: number;
  /** Items whose last state in the lake is not that of the table: missing, too many, or with another value. */
  readonly currentWrong: number;
  /** Rows of the stream, once for each event_id, and changes that only the backfill has. */
  readonly rowsAfterDedupe: number;
  /** What `count(DISTINCT event_id)` counts: also rows of the backfill whose change the stream has, under another event_id. */
  readonly distinctEventIds: number;
  /** Changes that are in quarantine and no row. */
  readonly quarantined: number;
  /** Rows and records in quarantine that are removals. */
  readonly ttlRows: number;
  /** Deleted items that the last state shows. */
  readonly deletedShown: number;
  /** Further rows of the same event_id of the stream: of all moments, and of those in which only the pipe or only the delivery was killed. */
  readonly copies: { readonly all: number; readonly pipeKilled: number; readonly deliveryKilled: number };
  /** Changes that only the backfill has. */
  readonly backfilled: number;
  /** Rows of the backfill whose change is a row already, and copies of rows of the backfill. */
  readonly backfilledAgain: number;
  /** Rows whose values, time, school, folder or sequence are not those of the change. */
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
export function judge(made: readonly Made[], { changes, current, quarantine }: Answers, { windows, killed }: Circumstances): Verdict {
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
  const nowhere = made.filter(({ id }) => !stored.has(id) && !failed.has(id));
  const replaced = replacedIn(windows, made);
  const betweenExports = nowhere.filter(({ id }) => replaced.has(id)).length;
  const copiesOf = (ids?: ReadonlySet<string>) => {
    const some = streamed.filter(({ row }) => ids?.has(row.correlation_id ?? '') ?? true);
    return total(some) - distinctIn(some);
  };
  return {
    changes: made.filter(({ bad }) => bad === undefined).length - betweenExports,
    ...{ lost: nowhere.length - betweenExports, betweenExports },
    ...compareCurrent(expected, current),
    rowsAfterDedupe: rows.length,
    distinctEventIds: distinctIn(changes),
    quarantined: inQuarantine.length,
    ttlRows:
      rows.filter(({ event_name }) => event_name === 'REMOVE').length +
      quarantine.filter(({ record }) => record?.eventName === 'REMOVE').length,
    copies: { all: copiesOf(), pipeKilled: copiesOf(killed.pipe), deliveryKilled: copiesOf(killed.delivery) },
    backfilled: added.size,
    backfilledAgain: total(backfilled) - added.size,
    rowsWrong: rows.filter((row) => !isRight(row, byId.get(row.correlation_id ?? ''))).length,
    reasonsWrong: made.filter(({ id, bad }) => bad !== undefined && !(failed.get(id) ?? []).some((reason) => REASONS[bad].test(reason)))
      .length,
    tooOld: [...failed.values()].filter((reasons) => reasons.includes('RecordAgeExceeded')).length,
  };
}

type Counted = Answers['changes'];

const total = (rows: Counted): number => rows.reduce((sum, { copies }) => sum + copies, 0);

const distinctIn = (rows: Counted): number => new Set(rows.map(({ row }) => row.event_id)).size;

/** Ids of the changes after which the same item was changed again in the same window. */
function replacedIn(windows: readonly Span[], made: readonly Made[]): Set<string> {
  const last = new Map<string, string>();
  const replaced = new Set<string>();
  for (const { id, key, at, bad } of made) {
    const window = windows.findIndex(({ from, to }) => at * 1000 >= from && at * 1000 < to);
    if (window === -1 || bad !== undefined) continue;
    const before = last.get(`${window} ${key}`);
    if (before !== undefined) replaced.add(before);
    last.set(`${window} ${key}`, id);
  }
  return replaced;
}

const identity = ({ partition_key, sort_key, correlation_id }: Row) => JSON.stringify([partition_key, sort_key, correlation_id]);

/** The reasons for each change that is in quarantine, or at a position of a dead letter. */
function failures(made: readonly Made[], quarantine: readonly Quarantined[]): Map<string, string[]> {
  const failed = new Map<string, string[]>();
  const add = (id: string, reason: string) => failed.set(id, [...(failed.get(id) ?? []), reason]);
  for (const { reason, record, deadLetter } of quarantine) {
    if (record !== undefined && record.eventName !== 'REMOVE') add(record.item?.correlationId?.S ?? '', reason);
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

/** Whether a row has the values of the change, its school, and the time, the sequence and the id of its record in the stream. */
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
    ...{ school: change.school, year: String(time.getUTCFullYear()), month: String(time.getUTCMonth() + 1) },
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
