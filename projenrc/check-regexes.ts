import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { globSync } from 'glob';
import { requestTemplate } from '../src/buffered-ingest-path/request-template';
import { acceptedTemplate, failedTemplate, rejectedTemplate } from '../src/buffered-ingest-path/response-templates';
import { problemOf } from './regexes/check';
import { type Regex, regexesIn } from './regexes/typescript';
import { regexesOfTemplate } from './regexes/velocity';

// Part of `npx projen lint`: every regular expression of the library and its examples takes at most linear time on any input (ADR-036).

const ROOT = resolve(__dirname, '..');

/** Expressions that are built during synthesis from the app author's input. */
const MADE_AT_SYNTHESIS: Readonly<Record<string, string>> = {
  'src/tenancy/tenant-bucket-grants.ts: new RegExp(`^${anyTenants}`)':
    'matches one folder name of the author, escaped, against another one',
  'src/secure-container-service/collector-configuration.ts: pattern: `^\\\\["(?P<${attribute}>[^"]+)"`':
    'an expression of Go, which takes linear time; its only variable part is the name of a group',
  'src/streaming-data-lake/lake-pipes.ts: pattern: JSON.stringify(pattern)': 'an event pattern of EventBridge, not a regular expression',
};

/** How to render the mapping templates of each file that writes them. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  'src/buffered-ingest-path/request-template.ts': [
    requestTemplate('tenantId', [
      { names: ['student'], isRequired: true },
      { names: ['course'], isRequired: false },
    ]),
  ],
  'src/buffered-ingest-path/response-templates.ts': [acceptedTemplate(), failedTemplate(), rejectedTemplate()],
};

function main(): void {
  const ignore = ['**/node_modules/**', '**/cdk.out/**', '**/*.d.ts'];
  const files = globSync(['src/**/*.ts', 'examples/**/*.ts'], { cwd: ROOT, ignore, absolute: true }).sort();
  const found = regexesIn(files, ROOT);
  const regexes = [...found.regexes, ...ofTemplates()];
  const here = relative(ROOT, __filename);
  const problems = [
    ...found.unread
      .filter(({ file, text }) => !(`${file}: ${text}` in MADE_AT_SYNTHESIS))
      .map(
        ({ file, line, text }) =>
          `${file}:${line} ${text}: the pattern is only known at run time. Write it as a literal, or list it in ${here} with a reason`,
      ),
    ...[...found.templates]
      .filter((file) => !(file in TEMPLATES))
      .map((file) => `${file}: the file writes mapping templates with regular expressions: list them in ${here}`),
    ...regexes.flatMap((regex) => {
      const problem = problemOf(regex);
      return problem === undefined ? [] : [`${regex.file}:${regex.line} ${problem}`];
    }),
  ];
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.stdout.write(`Checked ${regexes.length} regular expressions in ${files.length} files: ${problems.length} problems\n`);
  if (problems.length > 0) process.exitCode = 1;
}

function ofTemplates(): Regex[] {
  return Object.entries(TEMPLATES).flatMap(([file, templates]) => {
    const lines = readFileSync(resolve(ROOT, file), 'utf8').split('\n');
    // The literal beginning of the pattern, where the file has one.
    const lineOf = (source: string) => lines.findIndex((line) => line.includes(source.replace('^(?:', '').slice(0, 6))) + 1;
    return templates.flatMap(regexesOfTemplate).map((source) => ({ file, line: lineOf(source), source, flags: '' }));
  });
}

main();
