import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { globSync } from 'glob';

/** An app to report on. */
export interface ReportedApp {
  /** `tenant-table, minimal`; `school-platform`. */
  readonly name: string;
  make(): Promise<App>;
}

/** Adds a construct to a stack, with everything that it needs. */
export type ConstructApp = (stack: Stack) => void;

/** The exports of `test/<construct>/apps.ts`. */
export interface ConstructApps {
  /** The construct with required props only. */
  readonly minimal: ConstructApp;
  /** The construct with every prop, grant, route and alarm that adds a resource. */
  readonly maximal: ConstructApp;
}

/** Context for examples. Bundling is off, because the rules do not look at function code. */
const CONTEXT = { appUrl: 'https://app.example', 'aws:cdk:bundling-stacks': [] };

/**
 * The apps of a repository: two per construct folder in `src`, and one per example. New folders are found automatically. A construct
 * without these apps is an error that says what to add.
 *
 * @param root the repository
 */
export function findApps(root: string): ReportedApp[] {
  const folders = (pattern: string) =>
    globSync(pattern, { cwd: root })
      .map((file) => basename(dirname(file)))
      .sort();
  const constructs = folders('src/*/index.ts').filter((name) => name !== 'core');
  const examples = folders('examples/*/app.ts');
  return [...constructs.flatMap((name) => ofConstruct(root, name)), ...examples.map((name) => ofExample(root, name))];
}

function ofConstruct(root: string, construct: string): ReportedApp[] {
  const file = join(root, 'test', construct, 'apps.ts');
  const make = async (kind: keyof ConstructApps): Promise<App> => {
    if (!existsSync(file))
      throw new Error(`test/${construct}/apps.ts is missing: it must export minimal and maximal, (stack: Stack) => void`);
    const apps = (await load(file)) as Partial<ConstructApps>;
    const fill = apps[kind];
    if (fill === undefined) throw new Error(`test/${construct}/apps.ts must export ${kind}, (stack: Stack) => void`);
    const app = new App({ context: CONTEXT, analyticsReporting: false });
    fill(new Stack(app, pascalCase(construct)));
    return app;
  };
  return (['minimal', 'maximal'] as const).map((kind) => ({ name: `${construct}, ${kind}`, make: () => make(kind) }));
}

/** The app that `cdk deploy` runs, with all of its stacks. */
function ofExample(root: string, example: string): ReportedApp {
  return {
    name: example,
    async make() {
      process.env.CDK_CONTEXT_JSON = JSON.stringify(CONTEXT);
      const { app } = (await load(join(root, 'examples', example, 'app.ts'))) as { app?: App };
      if (app === undefined) throw new Error(`examples/${example}/app.ts must export its App: export const app = new App()`);
      return app;
    },
  };
}

async function load(file: string): Promise<object> {
  const module = (await import(file)) as { readonly default?: object };
  return module.default ?? module;
}

function pascalCase(name: string): string {
  return name.replace(/(^|-)(.)/g, (_, __, letter: string) => letter.toUpperCase());
}
