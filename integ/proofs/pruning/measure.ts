import { type Answer, athenaIn } from '../../kit/athena';
import type { Sandbox } from '../../sandbox';
import type { LakeQuery } from './queries';
import { type Change, changesOf, DELIVERIES } from './records';
import type { Measured } from './requests';

/** Queries with the permissions of the role for reports, whose calls to S3 are counted. */
export interface Measurement {
  measure(workgroup: string, query: Pick<LakeQuery, 'conditions' | 'months' | 'isOf'>): Promise<Measured>;
  /** The reason why Athena rejects a query; undefined if it does not. */
  rejection(workgroup: string, conditions: string): Promise<string | undefined>;
}

export function measurement(sandbox: Sandbox): Measurement {
  const { endpoint, assembly } = sandbox;
  const credentials = endpoint.assumeAsService(`arn:aws:iam::${assembly.account}:role/Reports`, 'lambda.amazonaws.com', 'pruning');
  const counted = new Map<string, number>();
  endpoint.onCall(({ service, operation, accessKeyId }) => {
    if (service === 's3' && accessKeyId === credentials.accessKeyId) counted.set(operation, (counted.get(operation) ?? 0) + 1);
  });
  const ask = (workgroup: string, conditions: string) =>
    athenaIn(
      sandbox,
      workgroup,
      credentials,
    )(`SELECT count(*), sum(score) FROM ${workgroup.replaceAll('-', '_')}.grades_changes WHERE ${conditions}`);

  return {
    async measure(workgroup, query) {
      counted.clear();
      const answer = await ask(workgroup, query.conditions);
      const [lists = 0, files = 0] = ['ListObjectsV2', 'GetObject'].map((operation) => counted.get(operation));
      const { bytes, partitions } = answer;
      return { partitions, lists, files, bytes, isRight: isRight(answer, query) };
    },
    async rejection(workgroup, conditions) {
      try {
        await ask(workgroup, conditions);
        return undefined;
      } catch (error) {
        return (error as Error).message;
      }
    },
  };
}

function isRight({ rows: [[count, sum]] }: Answer, { months, isOf }: Pick<LakeQuery, 'months' | 'isOf'>): boolean {
  const own = months.flatMap((month) => changesIn(month).filter(isOf));
  return own.length > 0 && Number(count) === own.length && Number(sum) === own.reduce((total, { score }) => total + score, 0);
}

function changesIn(month: LakeQuery['months'][number]): Change[] {
  return Array.from({ length: DELIVERIES }, (_, delivery) => changesOf(month, delivery)).flat();
}
