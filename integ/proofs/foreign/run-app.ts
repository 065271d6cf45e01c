import { join, relative } from 'node:path';
import { end } from '../../kit/end';
import { folderList } from '../../kit/folder-list';
import { REPOSITORY } from '../../kit/repository';
import { synthesize } from '../../kit/synthesize';
import { startSandbox } from '../../sandbox';
import type { ForeignApp } from './foreign-app';
import type { Message, Phase } from './messages';
import { runningApp } from './running-app';
import { differenceOf, rejectedOf, unnamedOf } from './verdict';

/** Health checks of load balancers and batching windows pass ten times as fast. */
const SPEED = 10;

/** The context that `cdk init` writes into the cdk.json of a new app. */
const context = require('aws-cdk-lib/recommended-feature-flags.json') as Record<string, unknown>;

/** Runs one app in a process of its own: synthesis, start, questions, end. The process can die without ending the proof. */
async function run(folder: string, name: string): Promise<void> {
  const { gaps = [], images = {}, questions } = folderList<ForeignApp>(folder).load(name);
  const appFolder = join(folder, name);
  await enter('synthesis', name);
  const assembly = await synthesize(relative(REPOSITORY, join(appFolder, 'app.ts')), { context, fromSources: true });

  await enter('start', name);
  const sandbox = await startSandbox(assembly, {
    speed: SPEED,
    images: Object.fromEntries(Object.entries(images).map(([image, source]) => [image, join(appFolder, source)])),
    report: (line) => console.log(line),
    onLog: ({ group, message }) => console.log(`${group} | ${message.trimEnd()}`),
  });
  const app = runningApp(sandbox);
  const wrong: string[] = [];
  for (const { asks, ask, answer } of questions) {
    await enter('question', asks);
    const difference = await ask(app).then(
      (actual) => differenceOf(asks, actual, answer),
      (error: Error) => `${asks}: ${error.stack}`,
    );
    if (difference !== undefined) wrong.push(difference);
  }

  await enter('end', name);
  await sandbox.close();
  const { coverage } = sandbox;
  await send({ ended: { wrong, unnamed: unnamedOf(gaps, coverage), rejected: rejectedOf(gaps, coverage) } });
}

function enter(phase: Phase, what: string): Promise<void> {
  return send({ phase, what });
}

function send(message: Message): Promise<void> {
  return new Promise((resolve, reject) => process.send?.(message, (error: Error | null) => (error ? reject(error) : resolve())));
}

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
// The proof has ended: what this process started ends too.
process.once('disconnect', () => end(1));
const [folder, name] = process.argv.slice(2);
run(folder, name)
  .catch((error: Error) => send({ error: error.message }))
  .finally(() => process.disconnect());
