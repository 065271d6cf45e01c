import { breakingApi, readDifferences } from '../../integ/reports/baseline/api';
import { releasedVersion, unexplained } from '../../integ/reports/baseline/changelog';
import { readBaseline, writeBaseline } from '../../integ/reports/baseline/folder';
import { breakingUpdates } from '../../integ/reports/baseline/templates';
import { temporaryFolder } from '../temporary-folder';

const changelog = (unreleased: string) => `# Changelog\n\n## Unreleased\n\n${unreleased}\n\n## 0.1.0\n\n### Added\n\n- \`Notes.text\`\n`;

/** An API of one class with these properties. */
function apiOf(...properties: string[]): string {
  const fqn = 'cdk-andamio.Notes';
  const notes = {
    ...{ assembly: 'cdk-andamio', fqn, kind: 'class', name: 'Notes', initializer: {} },
    properties: properties.map((name) => ({ name, type: { primitive: 'string' }, immutable: true })),
  };
  const identity = { name: 'cdk-andamio', version: '0.0.0', schema: 'jsii/0.10.0', jsiiVersion: '6.0.0', fingerprint: '*' };
  const people = { author: { name: 'a', roles: ['author'] }, description: 'd', homepage: 'h', license: 'l' };
  return JSON.stringify({ ...identity, ...people, repository: { type: 'git', url: 'u' }, types: { [fqn]: notes } });
}

const table = (properties: object) => ({ Type: 'AWS::DynamoDB::Table', Properties: properties });
const templates = (resources: object) => new Map([['notes.minimal.Notes', { Resources: resources }]]);
const byId = { KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }] };

test('a removed property breaks the API, an added one does not', () => {
  expect(breakingApi(apiOf('text'), apiOf('text', 'title'))).toEqual([]);
  expect(breakingApi(apiOf('text', 'title'), apiOf('text'))).toEqual([
    { subject: 'Notes.title', message: expect.stringMatching(/cdk-andamio\.Notes\.title.*removed/) },
  ]);
}, 60_000);

test('only error lines with a key are differences', () => {
  expect(readDifferences('node is old!!\nwarn  - PROP a.B.c: was deprecated [x:a.B.c]\n')).toEqual([]);
});

test('a new logical id or a replacement of a stateful resource is breaking; an update in place is not', () => {
  const before = templates({ TableA1: table(byId), Role: { Type: 'AWS::IAM::Role', Properties: {} } });
  expect(breakingUpdates(before, templates({ TableA1: table({ ...byId, BillingMode: 'PAY_PER_REQUEST' }) }))).toEqual([]);
  const messages = (after: ReadonlyMap<string, object>) => breakingUpdates(before, after).map(({ message }) => message);
  expect(messages(templates({ TableB2: table(byId) }))).toEqual(['notes.minimal.Notes: TableA1 (AWS::DynamoDB::Table) is removed']);
  expect(messages(templates({ TableA1: table({ ...byId, TableName: 'notes' }) }))).toEqual([
    'notes.minimal.Notes: TableA1 (AWS::DynamoDB::Table) is replaced',
  ]);
  expect(messages(new Map())).toEqual(['notes.minimal.Notes: the template no longer exists']);
});

test('a breaking change fails unless a line in the changelog names it', () => {
  const changes = [{ subject: 'Notes.title', message: 'removed' }];
  expect(unexplained(changes, changelog('### Added\n\n- `Notes.title`'), '0.1.0')).toEqual(changes);
  expect(unexplained(changes, changelog('### Breaking changes\n\n- Removed `Notes.titles`.'), '0.1.0')).toEqual(changes);
  expect(unexplained(changes, changelog('### Breaking changes\n\n- Removed `Notes.title`: use `text`.'), '0.1.0')).toEqual([]);
  // A line of a version that the baseline includes does not count for later changes.
  const old = '# Changelog\n\n## Unreleased\n\n## 0.1.0\n\n### Breaking changes\n\n- Removed `Notes.title`.\n';
  expect(unexplained(changes, old, '0.1.0')).toEqual(changes);
});

test('a baseline has the version of the changelog, and cannot be written for an unreleased version', () => {
  expect(releasedVersion(changelog(''))).toBe('0.1.0');
  expect(() => releasedVersion(changelog('### Added\n\n- more'))).toThrow("CHANGELOG.md begins with 'Unreleased'");
});

test('a baseline is read as it was written, and is undefined before the first release', () => {
  const folder = temporaryFolder('baseline');
  expect(readBaseline(folder)).toBeUndefined();
  const baseline = { version: '0.1.0', api: apiOf('text'), templates: templates({ TableA1: table(byId) }) };
  writeBaseline(folder, baseline);
  expect(readBaseline(folder)).toEqual(baseline);
});
