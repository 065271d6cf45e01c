import { problemsOfPeers } from '../../src/core/private/base/peers';

const needed = { 'aws-cdk-lib': '^2.269.0', constructs: '^10.5.1' };

test.each([
  ['the floor', '2.269.0'],
  ['a newer patch', '2.269.1'],
  ['a newer minor version, which is no larger text', '2.1000.0'],
  ['a development build of the CDK', '0.0.0'],
])('%s of aws-cdk-lib is accepted', (_, version) => {
  expect(problemsOfPeers(needed, (name) => (name === 'constructs' ? '10.5.1' : version))).toEqual([]);
});

test.each(['2.268.9', '2.99.0', '1.300.0', '2.268.0-rc.1'])('aws-cdk-lib %s is an error in one sentence', (version) => {
  expect(problemsOfPeers(needed, (name) => (name === 'constructs' ? '10.6.0' : version))).toEqual([
    `cdk-andamio needs aws-cdk-lib 2.269.0 or newer, found ${version}: install a newer one, for example with npm install aws-cdk-lib@latest.`,
  ]);
});

test('each package that is too old has one sentence', () => {
  expect(problemsOfPeers(needed, () => '1.0.0')).toHaveLength(2);
});
