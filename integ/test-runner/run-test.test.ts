import { join } from 'node:path';
import { runTest } from './run-test';

test('wrong expectations fail, with and without retries, with the expected and the actual value', async () => {
  const results = await runTest(join(__dirname, 'fixtures', 'integ.expectations.ts'), { update: false, onResult: () => undefined });
  expect(results).toEqual([
    expect.objectContaining({
      name: 'the templates are those of integ.expectations.ts.snapshot',
      passed: false,
      problem: expect.stringContaining('--update'),
    }),
    expect.objectContaining({ name: 'DynamoDB putItem', passed: true }),
    expect.objectContaining({ name: expect.stringContaining('DynamoDB getItem'), passed: true }),
    expect.objectContaining({
      name: expect.stringContaining('DynamoDB getItem'),
      passed: false,
      problem: expect.stringMatching(/Expected 6 but received 5/),
    }),
    expect.objectContaining({ name: expect.stringContaining('DynamoDB getItem'), passed: true }),
    expect.objectContaining({
      name: expect.stringContaining('DynamoDB getItem'),
      passed: false,
      problem: expect.stringMatching(/after the last attempt: [\s\S]*Expected 6 but received 5/),
    }),
    expect.objectContaining({
      name: expect.stringContaining('DynamoDB getItem'),
      passed: false,
      problem: expect.stringContaining('Requested resource not found'),
    }),
  ]);
});
