import { resolve } from 'node:path';
import { apiFindings } from './api/awslint';

// Part of `npx projen lint`: the public API, as jsii wrote it into `.jsii`, follows the CDK's conventions.

async function main(): Promise<void> {
  const { constructs, findings } = await apiFindings(resolve(__dirname, '..'));
  for (const { rule, scope, message } of findings) process.stderr.write(`${scope}: ${message.trim()} (awslint: ${rule})\n`);
  process.stdout.write(`Checked the API of ${constructs} constructs with awslint: ${findings.length} problems\n`);
  if (constructs === 0) process.stderr.write('awslint found no constructs in .jsii, so it checked nothing\n');
  if (constructs === 0 || findings.length > 0) process.exitCode = 1;
}

void main();
