import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { REPOSITORY } from '../../kit/repository';
import { EXAMPLES, withExample } from '../examples/examples';
import { estimate } from './estimate';
import { pageOf } from './page';
import { resourcesOf } from './resources';
import { readUsage } from './usage';

const USAGE = `Usage: npx projen costs [<example>], or npx projen costs --app <cdk.out> --usage <file> [--usage <file>]
  examples: ${EXAMPLES.join(', ')}`;

/** The page of an example: one column for each usage file in its folder `usage`, by name. */
export function pageOfExample(example: string): string {
  const folder = join(REPOSITORY, 'examples', example, 'usage');
  const usages = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
    .map((name) => readUsage(join(folder, name)));
  const resources = withExample(example, resourcesOf);
  return pageOf(
    `What ${example} costs`,
    [
      `Written by \`npx projen costs ${example}\` from the template and the files in \`usage/\`: change a copy of one of them to what your platform does, and run`,
      '`npx projen costs --app path/to/cdk.out --usage path/to/usage.json`.',
    ],
    usages.map((usage) => estimate(resources, usage)),
  );
}

export const pathOfPage = (example: string): string => join(REPOSITORY, 'examples', example, 'COSTS.md');

function main(): void {
  const { values, positionals } = parseArgs({
    options: { app: { type: 'string' }, usage: { type: 'string', multiple: true, default: [] } },
    allowPositionals: true,
  });
  if (values.app !== undefined) {
    if (values.usage.length === 0 || positionals.length > 0) throw new Error(USAGE);
    const resources = resourcesOf(values.app);
    const usages = values.usage.map(readUsage);
    console.log(
      pageOf(
        'Costs',
        [`Of \`${values.app}\`.`],
        usages.map((usage) => estimate(resources, usage)),
      ),
    );
    return;
  }
  const chosen = positionals.length > 0 ? positionals : EXAMPLES;
  const unknown = chosen.find((name) => !EXAMPLES.includes(name));
  if (unknown !== undefined || values.usage.length > 0) throw new Error(USAGE);
  for (const example of chosen) {
    const page = pageOfExample(example);
    writeFileSync(pathOfPage(example), page);
    console.log(`written: ${pathOfPage(example)}`);
    for (const line of page.split('\n')) if (line.startsWith('| **sum')) console.log(line);
  }
}

if (require.main === module) {
  try {
    main();
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 2;
  }
}
