import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { CfnDeletionPolicy, CfnResource, type Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { globSync } from 'glob';
import * as library from '../../src';
import { testStack } from '../synth';

const ROOT = resolve(__dirname, '..', '..');
const classes = Object.entries(library).filter(([, value]) => typeof value === 'function' && 'isConstruct' in value);

type Properties = Readonly<Record<string, unknown>>;

function days(count: unknown): string {
  return count === 1 ? '1 day' : `${count} days`;
}

/** How long a resource keeps what is in it; nothing for one that keeps no data. */
const kept: Readonly<Record<string, (properties: Properties) => string>> = {
  'AWS::Logs::LogGroup': ({ RetentionInDays }) => (RetentionInDays === undefined ? 'for ever' : days(RetentionInDays)),
  'AWS::SQS::Queue': ({ MessageRetentionPeriod }) => days(Number(MessageRetentionPeriod ?? 4 * 86_400) / 86_400),
  'AWS::DynamoDB::Table': ({ TimeToLiveSpecification, PointInTimeRecoverySpecification, StreamSpecification }) =>
    [
      TimeToLiveSpecification === undefined ? 'until it is deleted' : 'until the time in the item',
      ...(PointInTimeRecoverySpecification === undefined ? [] : ['35 days more in point-in-time recovery']),
      ...(StreamSpecification === undefined ? [] : ['24 hours in the stream']),
    ].join('; '),
  'AWS::Cognito::UserPool': () => 'until the account is deleted',
  'AWS::SecretsManager::Secret': () => 'until it is deleted',
  'AWS::KMS::Key': () => 'until it is deleted',
  'AWS::S3::Bucket': ({ LifecycleConfiguration }) => {
    const { Rules = [] } = (LifecycleConfiguration ?? {}) as {
      readonly Rules?: readonly {
        readonly Prefix?: string;
        readonly ExpirationInDays?: number;
        readonly NoncurrentVersionExpiration?: object;
      }[];
    };
    const expiring = Rules.filter(({ ExpirationInDays }) => ExpirationInDays !== undefined);
    const folders = expiring.flatMap(({ Prefix, ExpirationInDays }) => (Prefix ? [`${days(ExpirationInDays)} in ${Prefix}`] : []));
    const all = expiring.find(({ Prefix }) => !Prefix);
    const old = Rules.map(
      ({ NoncurrentVersionExpiration }) => (NoncurrentVersionExpiration as { NoncurrentDays?: number })?.NoncurrentDays,
    ).find(Boolean);
    return [
      all === undefined ? 'until it is deleted' : days(all.ExpirationInDays),
      ...folders,
      ...(old === undefined ? [] : [`${days(old)} more in old versions`]),
    ].join('; ');
  },
};

/** A row for each resource below a construct that keeps data. */
function rowsOf(stack: Stack, name: string, construct: IConstruct): string[] {
  return construct.node
    .findAll()
    .filter(CfnResource.isCfnResource)
    .filter(({ cfnResourceType }) => cfnResourceType in kept)
    .map((resource) => {
      const { Properties = {}, DeletionPolicy } = Object.values(stack.resolve(resource._toCloudFormation()).Resources)[0] as {
        Properties?: Properties;
        DeletionPolicy?: string;
      };
      const path = resource.node.path.slice(construct.node.path.length + 1).replace(/\/Resource$/, '');
      const stays = DeletionPolicy === CfnDeletionPolicy.RETAIN ? 'kept' : 'deleted';
      return [name, path, resource.cfnResourceType.replace('AWS::', ''), kept[resource.cfnResourceType](Properties), stays].join(' | ');
    });
}

function documented(): string[] {
  const rows = new Set<string>();
  for (const file of globSync('test/*/apps.ts', { cwd: ROOT, absolute: true })) {
    const { minimal } = require(file) as { minimal(stack: Stack): void };
    const stack = testStack();
    minimal(stack);
    for (const construct of stack.node.findAll()) {
      const name = classes.find(([, value]) => construct.constructor === value)?.[0];
      for (const row of name === undefined ? [] : rowsOf(stack, name, construct)) rows.add(row);
      if (basename(dirname(file)) === 'core') break;
    }
    for (const key of stack.node.children.filter(({ node }) => node.id === 'AppKey')) {
      for (const row of rowsOf(stack, 'AppKey', key)) rows.add(row);
    }
  }
  return [...rows].sort();
}

test('the page lists each resource that keeps data, as the templates have it', () => {
  const page = readFileSync(resolve(ROOT, 'docs/retention.md'), 'utf8');
  const cells = page
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (construct|-)/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim())
        .join(' | '),
    );
  expect(cells).toEqual(documented());
});
