import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { globSync } from 'glob';
import { countedAnew, withoutRetryQueue } from './killer-cases';

/** The `page` value that crashes the writer. `wait` hangs like `loop`, but without using the CPU. */
export const deadlyPage = (death: string) => `kill:${death}`;

/** The line that is logged at each receive. */
export interface DeathLine {
  readonly killer: string;
  readonly messages: number;
}

export function deathLine(message: string): DeathLine | undefined {
  return message.startsWith('{"killer":') ? (JSON.parse(message) as DeathLine) : undefined;
}

/**
 * Appended to the writer's unchanged code: a marked message crashes the function as soon as the writer reads its body.
 */
const TRAP = `
{
  const { handler } = module.exports;
  const { writeSync } = require('node:fs');
  const ends = {
    exit: () => process.exit(1),
    memory: () => { for (const held = [];;) held.push(new Array(1e6).fill(held.length + 0.5)); },
    loop: () => { for (;;); },
    wait: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
  };
  module.exports = {
    handler(event, context) {
      for (const record of event.Records) {
        const end = ends[/"page":"kill:([a-z]+)"/.exec(record.body)?.[1]];
        if (end === undefined) continue;
        writeSync(1, JSON.stringify({ killer: record.messageId, messages: event.Records.length }) + '\\n');
        Object.defineProperty(record, 'body', { get: end });
      }
      return handler(event, context);
    },
  };
}
`;

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly Metadata?: { readonly 'aws:cdk:path'?: string };
}

/** Adds the crash code to every writer of a cloud assembly, and changes the ingest paths that serve as comparison. */
export function makeDeadly(directory: string): void {
  const [file] = globSync(join(directory, '*.template.json'));
  const template = JSON.parse(readFileSync(file, 'utf8')) as { Resources: Record<string, Resource> };
  const under = (path: string, type: string) => {
    const found = Object.entries(template.Resources).filter(
      ([, { Type, Metadata }]) => Type === type && Metadata?.['aws:cdk:path']?.startsWith(`Killers/${path}`),
    );
    if (found.length === 0) throw new Error(`No ${type} under ${path} in ${file}`);
    return found;
  };

  const writers = under('', 'AWS::Lambda::Function').filter(([, { Metadata }]) => Metadata?.['aws:cdk:path']?.endsWith('/Writer/Resource'));
  const assets = new Set(writers.map(([, { Properties }]) => (Properties.Code as { S3Key: string }).S3Key.replace(/\.zip$/, '')));
  for (const asset of assets) appendFileSync(join(directory, `asset.${asset}`, 'index.js'), TRAP);

  const redrive = (path: string) => {
    const [[, { Properties }]] = under(path, 'AWS::SQS::Queue');
    return Properties.RedrivePolicy as { deadLetterTargetArn: object; maxReceiveCount: number };
  };
  const retried = redrive(`${countedAnew.name}/RetryQueue/`);
  retried.maxReceiveCount += 1;
  const batched = redrive(`${withoutRetryQueue.name}/Queue/`);
  batched.deadLetterTargetArn = redrive(`${withoutRetryQueue.name}/RetryQueue/`).deadLetterTargetArn;
  batched.maxReceiveCount = 5;
  writeFileSync(file, JSON.stringify(template));
}
