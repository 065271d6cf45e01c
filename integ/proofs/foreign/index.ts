import { join } from 'node:path';
import { eachOf } from '../../kit/each-of';
import { folderList } from '../../kit/folder-list';
import { proof } from '../../kit/proof';
import type { ForeignApp } from './foreign-app';
import { observe, type Run } from './observe';
import { type Verdict, verdictOf } from './verdict';

const APPS = join(__dirname, 'apps');
const CONCURRENCY = 2;

/** The shapes that most public examples have. Each of them must run. */
const REQUIRED = ['python-api', 'bucket-deployment', 'restricted-vpc', 'load-balanced-fargate', 'token-authorizer', 'table-to-function'];
const APPS_AT_LEAST = 12;
const RUN_AT_LEAST = 9;

/** `npx projen prove foreign [app…]`: CDK apps in the shapes of public examples run, or the sandbox names what it can't run of them. */
export default proof(
  'foreign',
  {
    shows: 'CDK apps in the shapes of public examples run, or what cannot run is named',
    minutes: 10,
    usage: '[app…]',
  },
  async ({ progress, args }) => {
    const started = Date.now();
    const apps = folderList<ForeignApp>(APPS);
    const names = args.length === 0 ? apps.names : args;
    const verdicts = new Map<string, Verdict>();
    progress.step(`running ${names.length} apps, ${CONCURRENCY} at a time`);
    let questions = 0;
    await eachOf(names, CONCURRENCY, async (name) => {
      const app = apps.load(name);
      questions += app.questions.length;
      const run = await observe(APPS, name);
      const verdict = verdictOf(run);
      verdicts.set(name, verdict);
      progress.step(`${name}: ${verdict}, ${app.questions.length} questions, ${run.seconds} s`);
      for (const line of detailsOf(run)) process.stderr.write(`    ${line}\n`);
    });
    const count = (verdict: Verdict) => [...verdicts.values()].filter((found) => found === verdict).length;
    const figures = {
      apps: names.length,
      run: count('runs'),
      rejectedByName: count('rejected by name'),
      stopped: count('stopped'),
      wrong: count('wrong'),
      unnamed: count('unnamed'),
      questions,
      seconds: Math.round((Date.now() - started) / 1_000),
    };
    const whole = {
      [`there are at least ${APPS_AT_LEAST} apps`]: figures.apps >= APPS_AT_LEAST,
      [`at least ${RUN_AT_LEAST} apps run`]: figures.run >= RUN_AT_LEAST,
      [`${REQUIRED.join(', ')} run`]: REQUIRED.every((name) => verdicts.get(name) === 'runs'),
    };
    return {
      figures,
      promises: {
        ...(args.length === 0 ? whole : {}),
        'no app stops': figures.stopped === 0,
        'no answer is wrong': figures.wrong === 0,
        'what cannot run is named': figures.unnamed === 0,
      },
    };
  },
);

function detailsOf({ stopped, wrong, unnamed, rejected, output }: Run): string[] {
  const details = [
    ...(stopped === undefined ? [] : [stopped]),
    ...wrong,
    ...unnamed.map(({ type, names }) => `not named: ${names === undefined ? type : `${type}, ${names}`}`),
    ...rejected.map((line) => `rejected: ${line}`),
  ];
  const failed = stopped !== undefined || wrong.length > 0 || unnamed.length > 0;
  return failed ? [...details, ...output.trim().split('\n').slice(-40)] : details;
}
