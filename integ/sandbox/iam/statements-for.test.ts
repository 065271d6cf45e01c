import { statementsFor } from './statements-for';

const statement = (more: object) => ({ Effect: 'Allow', Resource: '*', ...more });
const policy = (...statements: object[]) => ({ Version: '2012-10-17', Statement: statements }) as never;
const kept = (...statements: object[]) => (statementsFor(policy(...statements), 's3:GetObject').Statement as unknown as object[]).length;

test('only statements that cannot apply to the action are left out', () => {
  for (const Action of ['s3:GetObject', 'S3:getobject', 's3:Get*', '*', 's3:?etObject', ['sqs:*', 's3:*']]) {
    expect([Action, kept(statement({ Action }))]).toEqual([Action, 1]);
  }
  for (const Action of ['s3:PutObject', 'sqs:*', ['kms:Decrypt', 's3:List*']]) {
    expect([Action, kept(statement({ Action }))]).toEqual([Action, 0]);
  }
});

test('a statement with NotAction stays, also one that names the action', () => {
  expect(kept(statement({ NotAction: 's3:GetObject' }), statement({ NotAction: 'iam:*' }))).toBe(2);
});

test('a policy may have one statement without a list, and keeps its other members', () => {
  const one = { Version: '2012-10-17', Id: 'policy', Statement: statement({ Action: 's3:GetObject' }) } as never;
  expect(statementsFor(one, 's3:GetObject')).toMatchObject({
    Version: '2012-10-17',
    Id: 'policy',
    Statement: [{ Action: 's3:GetObject' }],
  });
  expect(statementsFor(one, 's3:PutObject').Statement).toEqual([]);
});
