import { rmSync } from 'node:fs';
import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import type { ReportedApp } from '../nag/apps';

/** A change that breaks what users have: in their code, or in their stacks. */
export interface BreakingChange {
  /** What a line of the changelog names: `TenantTable.tableName`, `tenant-table.minimal.TenantTable` */
  readonly subject: string;
  readonly message: string;
}

/** One template for each stack of each app, without the hashes of assets: `tenant-table.minimal.TenantTable`. */
export async function templatesOf(apps: readonly ReportedApp[]): Promise<Map<string, object>> {
  const templates = new Map<string, object>();
  for (const { name, make } of apps) {
    const assembly = (await make()).synth();
    for (const { stackName, template } of assembly.stacks)
      templates.set(`${name.replace(', ', '.')}.${stackName}`, withoutHashes(template));
    rmSync(assembly.directory, { recursive: true, force: true });
  }
  return templates;
}

function withoutHashes(template: object): object {
  return JSON.parse(JSON.stringify(template).replace(/[0-9a-f]{64}/g, '<hash>')) as object;
}

/** Types that hold what cannot be created anew: data, keys, users, and names that others know. */
const STATEFUL =
  /^AWS::(DynamoDB::(Global)?Table|S3::Bucket|SQS::Queue|KMS::(Key|Alias)|Cognito::UserPool(Client|Domain)?|SecretsManager::Secret|RDS::.*|EFS::.*|Logs::LogGroup|ApiGateway::RestApi|Kinesis::Stream|KinesisFirehose::DeliveryStream|Glue::(Database|Table)|ElastiCache::.*)$/;

const IMPACTS: Partial<Record<ResourceImpact, string>> = {
  [ResourceImpact.WILL_REPLACE]: 'is replaced',
  [ResourceImpact.WILL_DESTROY]: 'is deleted',
  [ResourceImpact.WILL_ORPHAN]: 'is left behind',
};

/** What an update from one version's template to the other's takes from a stack: stateful resources that are deleted or replaced. */
export function breakingUpdates(before: ReadonlyMap<string, object>, after: ReadonlyMap<string, object>): BreakingChange[] {
  return [...before].flatMap(([name, template]) => {
    const now = after.get(name);
    if (now === undefined) return [{ subject: name, message: `${name}: there is no such template any more` }];
    const changes: BreakingChange[] = [];
    // The difference is written into its arguments.
    fullDiff(structuredClone(template), structuredClone(now)).resources.forEachDifference((logicalId, change) => {
      const type = change.oldResourceType ?? change.newResourceType ?? '';
      const impact = change.isRemoval ? 'is removed' : IMPACTS[change.changeImpact];
      if (change.isAddition || impact === undefined || !STATEFUL.test(type)) return;
      changes.push({ subject: name, message: `${name}: ${logicalId} (${type}) ${impact}` });
    });
    return changes;
  });
}
