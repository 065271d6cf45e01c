import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { globSync } from 'glob';
import { median, round } from '../kit/statistics';
import { synthesize } from '../kit/synthesize';
import { atMost, type Figures } from './figures';
import { inRounds } from './rounds';

const ROOT = resolve(__dirname, '..', '..');
const EXAMPLE = join(ROOT, 'examples', 'school-platform');
const TIMED = ['--require', join(__dirname, 'platform', 'timed.cjs')];
const ROUNDS = 5;
const CONTEXT = { appUrl: 'https://schools.example', signInPrefix: 'schools-example' };
const APPS = { ours: 'the school platform', l1: 'its resources and assets as L1 constructs' };

/** The time to synthesize the largest example, and the same template without the library. */
export async function platform(report: (line: string) => void): Promise<Figures> {
  mkdirSync(join(ROOT, '.tmp'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, '.tmp', 'bench-platform-'));
  try {
    const app = compiled(join(folder, 'app'));
    const assembly = await synthesize(join('examples', 'school-platform', 'app.ts'), {
      output: join(folder, 'assembly'),
      context: CONTEXT,
      report,
    });
    prepareInclusion(assembly);
    const env = { CDK_VALIDATION: 'false', JSII_DEPRECATED: 'quiet', CDK_CONTEXT_JSON: JSON.stringify(CONTEXT), ASSEMBLY: assembly };
    const contestants = [
      { name: APPS.ours, command: [...TIMED, app], env },
      { name: APPS.l1, command: [...TIMED, join(__dirname, 'platform', 'l1.cjs')], env },
    ];
    const samples = await inRounds(contestants, ROUNDS, ROOT, report);
    const of = (name: string, value: string) => median((samples.get(name) ?? []).map((sample) => sample[value]));
    const seconds = (name: string) => round(of(name, 'seconds'));
    return {
      title: 'Synthesis of the school platform',
      method: [
        `Seconds of a fresh node process that runs the example as compiled JavaScript, median of ${ROUNDS} interleaved rounds, \`CDK_VALIDATION=false\` for both.`,
        'As L1 constructs: `CfnInclude` of the template that the example has synthesized, and its assets.',
      ],
      rows: contestants.map(({ name }) => ({ name, values: { seconds: seconds(name), resources: of(name, 'resources') } })),
      goals: [
        atMost('synthesis of the school platform, seconds', seconds(APPS.ours), 2),
        atMost('synthesis of the school platform, of L1 constructs', round(seconds(APPS.ours) / seconds(APPS.l1)), 1.3),
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Compiles the example's app, beside a copy of the services that it deploys. */
function compiled(folder: string): string {
  const sources = globSync(['app.ts', 'lib/**/*.ts'], { cwd: EXAMPLE, absolute: true });
  buildSync({ entryPoints: sources, outdir: folder, outbase: EXAMPLE, platform: 'node', format: 'cjs' });
  cpSync(join(EXAMPLE, 'app'), join(folder, 'app'), { recursive: true, filter: (path) => !path.endsWith('node_modules') });
  return join(folder, 'app.js');
}

/** Writes each template without the parameter and the rule that the CDK adds to every stack. */
function prepareInclusion(assembly: string): void {
  for (const file of readdirSync(assembly).filter((name) => name.endsWith('.template.json'))) {
    const {
      Parameters: { BootstrapVersion, ...Parameters },
      Rules: { CheckBootstrapVersion, ...Rules },
      ...template
    } = JSON.parse(readFileSync(join(assembly, file), 'utf8'));
    writeFileSync(join(assembly, file.replace('.template.', '.included.')), JSON.stringify({ ...template, Parameters, Rules }));
  }
}
