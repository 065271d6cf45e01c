import type { Expected, ExpectedReach, Origin } from './expected';

type Limits = Pick<ExpectedReach, 'within' | 'attributes' | 'from'>;

/** `limits`: how keys or names must begin, or more than that. */
type Row = readonly [principal: string, on: string | readonly string[], actions: string, why: string, limits?: readonly string[] | Limits];

/** Services act for all accounts: what they may do here, they may do for this one. */
const OWN: Origin = { key: 'aws:SourceAccount', begins: '{account}' };
const sourceOf = (begins: string): Limits => ({ from: [OWN, { key: 'aws:SourceArn', begins }] });
const BUCKETS = sourceOf('arn:aws:s3:::');
const ALARMS = sourceOf('arn:aws:cloudwatch:{region}:{account}:alarm:');
const THIS_TRAIL: Limits = { from: [{ key: 'aws:SourceArn', begins: 'arn:aws:cloudtrail:{region}:{account}:trail/' }] };
const logsOf = (key: string): Limits => ({ from: [{ key: `kms:EncryptionContext:${key}`, begins: 'arn:aws:logs:{region}:{account}:' }] });

/** Rows with paths below one construct. `actions`: several names of one service, such as `s3: GetObject PutObject`. */
function rows(app: string, ...table: readonly Row[]): ExpectedReach[] {
  const below = (path: string) => (path === '' ? app : `${app}/${path}`);
  return table.map(([principal, on, actions, why, limits]) => {
    const [service, names] = actions.split(': ');
    return {
      // A name with a dot is a service, not a construct.
      principal: /\.amazonaws\.com$/.test(principal) ? principal : below(principal),
      on: [on].flat().map(below),
      actions: names.split(' ').map((name) => `${service}:${name}`),
      ...(Array.isArray(limits) ? { within: limits } : limits),
      why,
    };
  });
}

/** What a lake's own parts reach, whose construct is at `path`. */
const lake = (path: string, at: string): Row[] => {
  const bucket = `${path}Bucket`;
  const [delivery, replays] = ['delivers changes of the table', 'delivers replayed dead letters'];
  const lists = 's3: ListBucket ListBucketMultipartUploads';
  const writes = 's3: GetObject PutObject AbortMultipartUpload';
  return [
    [`${path}DeliveryRole`, bucket, lists, delivery],
    [`${path}DeliveryRole`, bucket, writes, delivery, [at, 'quarantine/']],
    [`${path}DeadLetterDeliveryRole`, bucket, lists, replays],
    [`${path}DeadLetterDeliveryRole`, bucket, writes, replays, ['quarantine/']],
    [`${path}PipeRole`, 'Data/Table stream', 'dynamodb: GetRecords', 'reads the changes of the table'],
    [`${path}PipeRole`, `${path}Delivery`, 'firehose: PutRecordBatch', 'sends the changes of the table'],
    [`${path}DeadLetterPipeRole`, `${path}DeadLetterDelivery`, 'firehose: PutRecordBatch', replays],
    [`${path}PipeRole`, `${path}DeadLetterQueue`, 'sqs: SendMessage', 'keeps what could not be delivered'],
    [`${path}DeadLetterPipeRole`, `${path}DeadLetterQueue`, 'sqs: ReceiveMessage DeleteMessage', 'moves dead letters into quarantine'],
    ['logging.s3.amazonaws.com', `${path}AccessLogs`, 's3: PutObject', 'writes access logs of the lake', BUCKETS],
  ];
};

const LOGS: Row = [
  'logs.*.amazonaws.com',
  'AppKey',
  'kms: *crypt* GenerateDataKey* DescribeKey',
  'encrypts log groups of the account with the key',
  logsOf('aws:logs:arn'),
];
const OPENS = 'opens a session for the tenant of each request';

/** The small app with every grant of the library. */
export const CLUBS: Expected = {
  reach: rows(
    'Clubs',
    ...lake('Lake/', 'data/notes/'),
    LOGS,
    ['Service', 'Members/Role', 'sts: AssumeRole', OPENS],
    ['Members/Role', 'Data/Table index by-team', 'dynamodb: PutItem UpdateItem BatchWriteItem', 'its sessions set the key (ADR-038)'],
    ['Inserts/Role', 'Data/Table index by-*', 'dynamodb: PartiQLInsert', 'the batch writer renders the keys from their templates'],
    ['Writer', 'Inserts/Role', 'sts: AssumeRole', OPENS],
    ['Reports', 'Lake/Bucket', 's3: ListBucket', 'an analyst queries all tenants'],
    ['Reports', 'Lake/Bucket', 's3: GetObject', 'an analyst queries all tenants', ['data/', 'results/']],
    ['Reports', 'Lake/Bucket', 's3: PutObject AbortMultipartUpload', 'an analyst queries all tenants', ['results/']],
  ),
  tenantIndexes: [
    { index: 'Clubs/Data/Table index by-page', why: 'trusted writers render its key from a template that begins with the club' },
    { index: 'Clubs/Data/Table index by-team', why: 'its readers filter items of other clubs, which sessions can put there (ADR-038)' },
  ],
};

const SYNC = 'reports all schools to the government';
const ERASES = 'erases a person in all places of the lake and in the table';
const COMPACTS = 'rewrites small files of all schools';
const BACKFILLS = 'exports the table into the lake';
const [DATA, DIRECTORY, LAKE] = ['Data/Table', 'Directory/Table', 'Lake/Changes/Bucket'];
const [STATE, REPORTS, AUDIT] = ['Government/Sync/Table', 'Government/Sync/ReportBucket', 'Government/Sync/AuditBucket'];
const REWRITES = ['data/records/', 'rewrites/records/', 'results/'];
const sync = (name: string) => `Government/Sync/${name}`;

/** The school platform. */
export const SCHOOLS: Expected = {
  reach: rows(
    'SchoolPlatform',
    ...lake('Lake/Changes/', 'data/records/'),
    LOGS,
    ['cloudwatch.amazonaws.com', 'AppKey', 'kms: Decrypt GenerateDataKey*', 'sends alarms to an encrypted topic', ALARMS],
    ['delivery.logs.amazonaws.com', 'AppKey', 'kms: Decrypt', 'delivers the log of the state machine', logsOf('SourceArn')],
    ['Users/PreTokenRole', DIRECTORY, 'dynamodb: GetItem Query', 'reads the membership of the user who signs in'],
    ['Api/OnboardingRole', DIRECTORY, 'dynamodb: GetItem Query PutItem UpdateItem ConditionCheckItem', 'manages tenants and memberships'],
    ['Api/OnboardingRole', DIRECTORY, 'dynamodb: DeleteItem', 'ends memberships', ['USER#', 'MEMBERS#']],
    [
      'Api/OnboardingRole',
      'Tenants/SessionBoundary',
      'iam: CreatePolicyVersion SetDefaultPolicyVersion',
      'ends sessions of tenants; the policy is only a boundary, so that no version of it gives anything (ADR-123)',
    ],
    ['Grades/Service/TaskRole', 'Tenants/Role', 'sts: AssumeRole', OPENS],
    ['Removal/FunctionRole', 'Removal/Tenants/Role', 'sts: AssumeRole', 'opens a session of the school whose data is removed'],
    ['Removal/FunctionRole', DATA, 'dynamodb: Scan', 'finds the keys of the items of a school that has left', { attributes: ['pk', 'sk'] }],
    ['Removal/FunctionRole', DIRECTORY, 'dynamodb: GetItem BatchGetItem', 'reads the records of schools', ['TENANT#']],
    ['Removal/FunctionRole', DIRECTORY, 'dynamodb: PutItem Query', 'keeps the records of removals', ['REMOVALS']],
    [
      'Removal/Sync*Role',
      STATE,
      'dynamodb: GetItem UpdateItem',
      'empties final reports of a school that has left; a condition allows no status and no other attribute of use',
      ['PERIOD#'],
    ],
    [
      'Grades/Service/TaskRole',
      DIRECTORY,
      'dynamodb: GetItem BatchGetItem',
      'opens no session for a tenant that is not active',
      ['TENANT#'],
    ],
    ['Visits/WriterRole', DIRECTORY, 'dynamodb: GetItem BatchGetItem', 'stores no message of a tenant that has left', ['TENANT#']],
    ['Visits/ApiRole', 'Visits/Queue', 'sqs: SendMessage', 'puts accepted visits into the queue'],
    ['Visits/WriterRole', ['Visits/Queue', 'Visits/RetryQueue'], 'sqs: ReceiveMessage DeleteMessage', 'works the queue off'],
    ['Visits/WriterRole', ['Visits/DeadLetterQueue', 'Visits/RetryQueue'], 'sqs: SendMessage', 'keeps what could not be written'],
    ['Visits/WriterRole', DATA, 'dynamodb: PartiQLInsert', 'inserts accepted visits of all schools'],
    ['Lake/Backfill/StartFunctionRole', 'Lake/Backfill/Queue', 'sqs: SendMessage', BACKFILLS],
    ['Lake/Backfill/SendFunctionRole', 'Lake/Backfill/Queue', 'sqs: ReceiveMessage DeleteMessage SendMessage', BACKFILLS],
    ['Lake/Backfill/SendFunctionRole', 'Lake/Backfill/DeadLetterQueue', 'sqs: SendMessage', BACKFILLS],
    ['Lake/Backfill/SendFunctionRole', 'Lake/Changes/Delivery', 'firehose: PutRecordBatch', BACKFILLS],
    ['Lake/Backfill/SendFunctionRole', DATA, 'dynamodb: ExportTableToPointInTime', BACKFILLS],
    [
      'Lake/Backfill/SendFunctionRole',
      LAKE,
      's3: GetObject PutObject PutObjectAcl AbortMultipartUpload DeleteObjectVersion ListBucketVersions',
      BACKFILLS,
      ['backfill/'],
    ],
    ['Lake/Backfill/SendFunctionRole', LAKE, 's3: PutObject', BACKFILLS, ['quarantine/backfill/']],
    ['Lake/Compaction/*Role', 'Lake/Compaction/DeadLetterQueue', 'sqs: SendMessage', 'keeps a start that failed'],
    ['Lake/Compaction/FunctionRole', LAKE, 's3: ListBucket ListBucketMultipartUploads', COMPACTS],
    ['Lake/Compaction/FunctionRole', LAKE, 's3: GetObject PutObject AbortMultipartUpload', COMPACTS, REWRITES],
    ['Lake/Compaction/FunctionRole', LAKE, 's3: DeleteObject', COMPACTS, ['data/records/', 'rewrites/records/']],
    ['Lake/Erasure/EraseFunctionRole', DATA, 'dynamodb: Query DeleteItem', ERASES],
    ['Lake/Erasure/EraseFunctionRole', LAKE, 's3: ListBucket ListBucketMultipartUploads ListBucketVersions', ERASES],
    ['Lake/Erasure/EraseFunctionRole', LAKE, 's3: GetObject PutObject AbortMultipartUpload', ERASES, REWRITES],
    ['Lake/Erasure/EraseFunctionRole', LAKE, 's3: DeleteObject DeleteObjectVersion', ERASES, ['data/records/', 'rewrites/records/']],
    [
      'Lake/Erasure/EraseFunctionRole',
      LAKE,
      's3: GetObject GetObjectVersion PutObject DeleteObject DeleteObjectVersion',
      ERASES,
      ['quarantine/', 'backfill/', 'results/', 'erasures/'],
    ],
    ['Lake/Erasure/StartFunctionRole', LAKE, 's3: GetObject PutObject', 'records the requests to erase', ['erasures/open/']],
    ['Lake/Erasure/StartFunctionRole', LAKE, 's3: ListBucket ListBucketVersions', 'records the requests to erase'],
    ['cloudtrail.amazonaws.com', 'AuditTrail/Bucket', 's3: PutObject', 'delivers events of calls', THIS_TRAIL],
    ['cloudtrail.amazonaws.com', 'AppKey', 'kms: GenerateDataKey* DescribeKey', 'encrypts events of calls', THIS_TRAIL],
    ['logging.s3.amazonaws.com', 'AuditTrail/AccessLogs', 's3: PutObject', 'writes access logs', BUCKETS],
    ['logging.s3.amazonaws.com', ['Government/Sync/*/AccessLogs'], 's3: PutObject', 'writes access logs', BUCKETS],
    [sync('RunFunctionRole'), STATE, 'dynamodb: DeleteItem GetItem Query UpdateItem', SYNC],
    [sync('RunFunctionRole'), REPORTS, 's3: GetObject', SYNC, ['source/', 'payloads/', 'lists/']],
    [sync('RunFunctionRole'), REPORTS, 's3: PutObject', SYNC, ['payloads/', 'lists/']],
    [sync('RunFunctionRole'), REPORTS, 's3: ListBucket', SYNC, ['source/']],
    [sync('RunFunctionRole'), AUDIT, 's3: GetObject PutObject ListBucket', SYNC, ['audit/']],
    [sync('StatusFunctionRole'), STATE, 'dynamodb: GetItem Query', 'shows operators the state of all reports'],
    [sync('ResolveFunctionRole'), STATE, 'dynamodb: GetItem Query UpdateItem', 'operators decide about a rejected report'],
    [sync('ResolveFunctionRole'), REPORTS, 's3: GetObject', 'operators decide about a rejected report', ['source/']],
    [sync('ResolveFunctionRole'), REPORTS, 's3: PutObject', 'operators decide about a rejected report', ['payloads/']],
    [sync('ResolveFunctionRole'), AUDIT, 's3: GetObject PutObject', 'operators decide about a rejected report', ['audit/']],
    [sync('LakeReportsFunctionRole'), LAKE, 's3: ListBucket', 'makes the reports of all schools from the lake'],
    [
      sync('LakeReportsFunctionRole'),
      LAKE,
      's3: GetObject',
      'makes the reports of all schools from the lake',
      ['data/records/', 'results/', 'quarantine/'],
    ],
    [
      sync('LakeReportsFunctionRole'),
      LAKE,
      's3: PutObject AbortMultipartUpload',
      'makes the reports of all schools from the lake',
      ['results/'],
    ],
    [sync('LakeReportsFunctionRole'), DIRECTORY, 'dynamodb: Scan', 'lists the schools that must report'],
    [sync('LakeReportsFunctionRole'), REPORTS, 's3: PutObject', 'makes the reports of all schools from the lake', ['source/']],
    [sync('StateMachineRole'), REPORTS, 's3: GetObject', SYNC, ['lists/']],
    [sync('StateMachineRole'), REPORTS, 's3: GetObject PutObject AbortMultipartUpload', SYNC, ['results/']],
    [sync('StateMachineRole'), 'AppKey', 'kms: Decrypt GenerateDataKey', 'encrypts its own executions and their log'],
    [sync('StartFunctionRole'), STATE, 'dynamodb: GetItem Query UpdateItem', SYNC],
    [sync('StartFunctionRole'), sync('DeadLetterQueue'), 'sqs: SendMessage', 'keeps a start that failed'],
    [sync('ScheduleRole'), sync('DeadLetterQueue'), 'sqs: SendMessage', 'keeps a start that failed'],
  ),
  tenantIndexes: [],
};
