import { supported, uuid } from '../../assembly/resource-types';
import type { Identity, ResourceType } from '../../contracts';

export const WORK_GROUP = 'AWS::Athena::WorkGroup';
export const NAMED_QUERY = 'AWS::Athena::NamedQuery';

const CONFIGURATION = 'WorkGroupConfiguration';
const RESULT = `${CONFIGURATION}.ResultConfiguration`;
const idOf = (of: Identity): string => uuid(of.token(32));

export const workGroupType: ResourceType = {
  type: WORK_GROUP,
  support: 'runs',
  reason: 'queries of the SQL that ADR-093 lists, by DuckDB over the files in S3, with the settings of the group',
  properties: supported(
    [
      'runs',
      `Name State ${CONFIGURATION}.{BytesScannedCutoffPerQuery,EnforceWorkGroupConfiguration} ${RESULT}.OutputLocation`,
      `${RESULT}.EncryptionConfiguration.{EncryptionOption,KmsKey}`,
    ],
    ['template only: the sandbox has one account', `${RESULT}.ExpectedBucketOwner`],
    ['template only: in the sandbox only policies grant access to a bucket', `${RESULT}.AclConfiguration.S3AclOption`],
    ['template only: the sandbox runs one engine', `${CONFIGURATION}.EngineVersion.{EffectiveEngineVersion,SelectedEngineVersion}`],
    ['AWS only: the sandbox has no CloudWatch metrics', `${CONFIGURATION}.PublishCloudWatchMetricsEnabled`],
    ['template only: the sandbox bills nothing', `${CONFIGURATION}.RequesterPaysEnabled`],
    ['template only: the sandbox deletes nothing before it closes', 'RecursiveDeleteOption'],
    ['template only: a description', 'Description'],
    ['template only: the sandbox does not read tags', 'Tags'],
  ),
  ref: (of) => of.name('Name', 128),
  attributes: { CreationTime: () => '2026-01-01T00:00:00Z' },
};

export const namedQueryType: ResourceType = {
  type: NAMED_QUERY,
  support: 'runs',
  reason: 'a saved query, which callers can read',
  properties: supported(['runs', 'Database Description Name QueryString WorkGroup']),
  ref: idOf,
  attributes: { NamedQueryId: idOf },
};
