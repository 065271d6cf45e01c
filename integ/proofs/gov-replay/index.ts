import { createHash } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { verifyPeriod } from '../../../src/resilient-gov-sync/lambda/audit';
import { proof } from '../../kit/proof';
import { auditInBucket } from '../../reports/audit/bucket';
import { deleteClosingRecords } from '../../reports/audit/locked';
import { tamperWith } from '../../reports/audit/tamper';
import type { JsonObject } from '../../sandbox';
import { MODES, NAMES } from '../../systems/gov-sync/names';
import { type Quarter, recordQuarter } from '../../systems/gov-sync/quarter';
import { type RunningGovSync, type RunningSync, startGovSync } from '../../systems/gov-sync/start';
import { verdictOf } from '../../systems/gov-sync/verdict';
import { readArguments, USAGE } from './arguments';
import { BREAKS } from './breaks';
import { type Decision, decisionsFor } from './decisions';

const PERIOD = '2026Q2';
const SEED = 11;
const MOST_ROUNDS = 10;
/** One of so many schools grades up to 20. */
const OTHER_RULES_EVERY = 6;

/** `npx projen prove gov-replay`: what was put aside arrives once after a person's decision, and the audit shows every tampering. */
export default proof(
  'gov-replay',
  { shows: 'Dead letters arrive once after a correction, and tampering with the audit is found', usage: USAGE, minutes: 60 },
  async ({ progress, args, use }) => {
    const { schools, broken } = readArguments(args);
    const started = performance.now();
    const running = use(
      await startGovSync({
        report: progress.step,
        broken: broken === undefined ? undefined : BREAKS[broken],
      }),
    );
    const quarter = await recordQuarter(running.sandbox, {
      ...{ schools, tableName: NAMES.grades, seed: SEED, otherRulesEvery: OTHER_RULES_EVERY },
    });
    progress.step('sending a quarter, correcting what was put aside, and sending that');
    const results = await Promise.all(running.syncs.map((sync) => replay(running, sync, quarter)));
    progress.step('tampering with copies of the audit');
    const audits = await Promise.all(running.syncs.map((sync) => tamper(running, sync)));
    const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
    return {
      figures: {
        reports: sum(results.map(({ after }) => after.reports)),
        deadLettered: sum(results.map(({ before }) => before.deadLettered)),
        unknown: sum(results.map(({ before }) => before.unknown)),
        decisions: sum(results.map(({ decisions }) => decisions)),
        confirmed: sum(results.map(({ after }) => after.confirmed)),
        lost: sum(results.map(({ after }) => after.lost)),
        doubled: sum(results.map(({ after }) => after.doubled)),
        // The least of the modes.
        tampered: Math.min(...audits.map(({ tampered }) => tampered)),
        found: Math.min(...audits.map(({ found }) => found)),
        missed: audits.flatMap(({ missed }) => missed),
        modes: results.map(({ mode, before, decisions, after }, place) => {
          const { entries, chains, closingRecords, kept } = audits[place];
          const { deadLettered, unknown } = before;
          const { confirmed, doubled } = after;
          return { mode, deadLettered, unknown, decisions, confirmed, doubled, entries, chains, closingRecords, kept };
        }),
        minutes: Math.round((performance.now() - started) / 6_000) / 10,
      },
      promises: {
        'all three modes ran': results.length === MODES.length,
        'invalid reports were put aside, and where the API offers nothing, also unknown outcomes': results.every(
          ({ mode, before }) => before.deadLettered > 0 && before.unknown > 0 === (mode === 'neither'),
        ),
        'each decision was applied': results.every(({ isApplied }) => isApplied),
        'afterwards, every report is confirmed': results.every(({ after }) => after.confirmed === after.reports),
        'no report is lost, accepted twice or altered': results.every(({ after }) => after.lost + after.doubled + after.altered === 0),
        'corrected reports arrived as they were corrected': results.every(({ areCorrected }) => areCorrected),
        'the audit is intact and closed': audits.every(({ isIntact }) => isIntact),
        'who decided, and why, is in the audit': audits.every(({ isNamed }) => isNamed),
        'each of six ways to tamper with it is found': audits.every((one) => one.tampered === 6 && one.found === 6),
        'nobody can delete a closing record': audits.every(({ closingRecords, kept }) => closingRecords > 0 && kept === closingRecords),
      },
    };
  },
);

async function replay({ sandbox }: RunningGovSync, sync: RunningSync, quarter: Quarter) {
  const api = await sync.api({ seed: SEED });
  await sync.complete(PERIOD);
  const planned = quarter.plan(PERIOD);
  const items = await sync.table.reports(PERIOD);
  const before = verdictOf(planned, items, api.record());
  const arn = sandbox.assembly.attribute(sync.resource('AWS::Lambda::Function', '/ResolveFunction'), 'Arn');
  const decisions: Decision[] = [];
  const results = new Map<string, unknown>();
  const asked = new Set<string>();
  // A report that is sent again after a decision can end as unknown again.
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const aside = { items: await sync.table.reports(PERIOD), reports: quarter.reports(PERIOD), record: api.record(), asked };
    const next = decisionsFor({ period: PERIOD, ...aside });
    if (next.length === 0) break;
    for (const decision of next) {
      const { payload, functionError } = await sandbox.functions.invoke(arn, decision);
      if (functionError !== undefined) throw new Error(`A decision was not applied: ${JSON.stringify(payload)}`);
      for (const { tenant, result } of (payload as unknown as { readonly reports: readonly JsonObject[] }).reports) {
        results.set(String(tenant), result);
        if (result === 'FAILED') asked.add(String(tenant));
      }
    }
    decisions.push(...next);
    await sync.complete(PERIOD);
  }
  const after = verdictOf(
    planned.map((plan) => ({ ...plan, isValid: true })),
    await sync.table.reports(PERIOD),
    api.record(),
  );
  const corrections = decisions.filter(({ kind }) => kind === 'CORRECT');
  const { reports } = api.record();
  return {
    ...{ mode: sync.mode, before, after, decisions: decisions.length },
    // A correction that fails because of an earlier send is decided again: the last answer counts.
    isApplied: decisions.length > 0 && [...results.values()].every((result) => result === 'PLANNED' || result === 'CONFIRMED'),
    areCorrected: corrections.every(({ tenant, report }) => {
      const accepted = reports.find(({ reference }) => reference === `${PERIOD}-${tenant}`)?.acceptances ?? [];
      return accepted.length === 1 && accepted[0].payloadHash === createHash('sha256').update(String(report)).digest('hex');
    }),
  };
}

async function tamper({ sandbox }: RunningGovSync, sync: RunningSync) {
  const { endpoint, assembly } = sandbox;
  const { accessKeyId, secretAccessKey } = endpoint.administrator();
  const client = new S3Client({
    ...{ endpoint: endpoint.url, region: assembly.region, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } },
  });
  try {
    const bucket = assembly.ref(sync.resource('AWS::S3::Bucket', '/AuditBucket/Resource'));
    const objects = await auditInBucket(client, bucket, PERIOD);
    const { findings, notClosed, entries, chains } = verifyPeriod(objects, PERIOD);
    return {
      ...tamperWith(objects, PERIOD),
      ...(await deleteClosingRecords(client, bucket, PERIOD)),
      ...{ entries, chains, isIntact: findings.length === 0 && notClosed === 0 },
      isNamed: objects.some(({ text }) => text.includes('"ticket 4711"') && text.includes('the school grades up to 20')),
    };
  } finally {
    client.destroy();
  }
}
