import { rmSync } from 'node:fs';
import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import type { ReportedApp } from '../nag/apps';

/** A change that breaks users' code or their deployed stacks. */
export interface BreakingChange {
  /** The name to use in the changelog: `TenantTable.tableName`, `tenant-table.minimal.TenantTable` */
  readonly subject: string;
  readonly message: string;
}

/** One template per stack of each app, without asset hashes: `tenant-table.minimal.TenantTable`. */
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

/** Types whose content cannot be recreated: data, keys, users, and names that others use. */
const STATEFUL =
  /^AWS::(DynamoDB::(Global)?Table|S3::Bucket|SQS::Queue|KMS::(Key|Alias)|Cognito::UserPool(Client|Domain)?|SecretsManager::Secret|RDS::.*|EFS::.*|Logs::LogGroup|ApiGateway::RestApi|Kinesis::Stream|KinesisFirehose::DeliveryStream|Glue::(Database|Table)|ElastiCache::.*)$/;

const IMPACTS: Partial<Record<ResourceImpact, string>> = {
  [ResourceImpact.WILL_REPLACE]: 'is replaced',
  [ResourceImpact.WILL_DESTROY]: 'is deleted',
  [ResourceImpact.WILL_ORPHAN]: 'is orphaned',
};

/** The stateful resources that an update from one version's template to the other's deletes or replaces. */
export function breakingUpdates(before: ReadonlyMap<string, object>, after: ReadonlyMap<string, object>): BreakingChange[] {
  return [...before].flatMap(([name, template]) => {
    const now = after.get(name);
    if (now === undefined) return [{ subject: name, message: `${name}: the template no longer exists` }];
    const changes: BreakingChange[] = [];
    // fullDiff modifies its arguments.
    fullDiff(structuredClone(template), structuredClone(now)).resources.forEachDifference((logicalId, change) => {
      const type = change.oldResourceType ?? change.newResourceType ?? '';
      const impact = change.isRemoval ? 'is removed' : IMPACTS[change.changeImpact];
      if (change.isAddition || impact === undefined || !STATEFUL.test(type)) return;
      changes.push({ subject: name, message: `${name}: ${logicalId} (${type}) ${impact}` });
    });
    return changes;
  });
}
