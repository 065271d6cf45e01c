import { quotedText } from '../../../runtime/log-line';
import type { LakeReportsSettings } from '../../lake-reports-settings';
import { sourcePrefix } from '../../report-folders';
import { periodNamed } from '../period';
import type { SourceRequest } from './source-request';

const FIELDS = ['kind', 'period', 'run'];
const LONGEST_RUN = 128;

/**
 * Reads the event of a person who lets the reports of a period be made again: `{"kind":"PERSON","period":"2026Q4","run":"1"}`. When the period
 * begins and ends, and where its files are, is not theirs to say.
 *
 * @returns undefined for the event of a state machine
 * @throws with the field and what is expected
 */
export function readPersonRequest(
  event: unknown,
  { REPORT_BUCKET: bucket, TIME_ZONE: timeZone }: Pick<LakeReportsSettings, 'REPORT_BUCKET' | 'TIME_ZONE'>,
): SourceRequest | undefined {
  const fields = (event ?? {}) as Readonly<Record<string, unknown>>;
  const { kind, period, run } = fields;
  if (kind === undefined) return undefined;
  if (kind !== 'PERSON') throw new Error('invalid kind: expected PERSON');
  const unknown = Object.keys(fields).find((name) => !FIELDS.includes(name));
  if (unknown !== undefined) throw new Error(`invalid field ${quotedText(unknown, 40)}: expected only ${FIELDS.join(', ')}`);
  if (typeof period !== 'string') throw new Error('invalid period: expected a quarter, such as 2026Q4');
  if (typeof run !== 'string' || run === '' || run.length > LONGEST_RUN) {
    throw new Error(`invalid run: expected a text of 1 to ${LONGEST_RUN} characters, another one for each time that the reports are made`);
  }
  const named = periodNamed(period, timeZone);
  return { period: named, destination: { bucket, prefix: sourcePrefix(named.name) }, run };
}
