import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Sandbox } from '../sandbox/contracts';
import { startSandbox } from '../sandbox/sandbox';
import { ensureLibrary } from './library';
import { createTokenIssuer, type TokenIssuer } from './tokens';

const ROOT = resolve(__dirname, '..', '..');

/** `examples/school-platform`, synthesized and running on this machine. */
export interface RunningPlatform {
  readonly sandbox: Sandbox;
  readonly tokens: TokenIssuer;
  readonly visitsUrl: string;
  readonly tableName: string;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly writerArn: string;
  close(): Promise<void>;
}

/** Synthesizes the example for a signing key; returns the cloud assembly's folder. */
async function synthesizePlatform(tokens: TokenIssuer): Promise<string> {
  mkdirSync(join(ROOT, '.tmp'), { recursive: true });
  const directory = mkdtempSync(join(ROOT, '.tmp', 'school-platform-'));
  await promisify(execFile)(process.execPath, [require.resolve('tsx/cli'), 'examples/school-platform/app.ts'], {
    cwd: ROOT,
    env: { ...process.env, CDK_OUTDIR: directory, CDK_VALIDATION: 'false', TOKEN_PUBLIC_KEY: tokens.publicKey },
  });
  return directory;
}

export async function startPlatform(options: { speed?: number; say?: (line: string) => void }): Promise<RunningPlatform> {
  const say = options.say ?? (() => undefined);
  await ensureLibrary(ROOT, say);
  const tokens = createTokenIssuer();
  say('synthesizing examples/school-platform');
  const directory = await synthesizePlatform(tokens);
  const sandbox = await startSandbox(directory, { ...options, strict: true });
  const { assembly, gateway } = sandbox;
  const only = (type: string, path: string) => {
    const found = assembly.ofType(type).filter((resource) => resource.path?.includes(path));
    if (found.length !== 1) throw new Error(`${found.length} resources of type ${type} under ${path}`);
    return found[0];
  };
  return {
    sandbox,
    tokens,
    visitsUrl: `${gateway.apis[0].url}/visits`,
    tableName: assembly.ref(only('AWS::DynamoDB::Table', '/Data/')),
    queueUrl: assembly.ref(only('AWS::SQS::Queue', '/Visits/Queue/')),
    deadLetterQueueUrl: assembly.ref(only('AWS::SQS::Queue', '/Visits/DeadLetterQueue/')),
    writerArn: assembly.attribute(only('AWS::Lambda::Function', '/Visits/Writer/'), 'Arn'),
    async close() {
      await sandbox.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
