import type { RunningApp } from './running-app';

/** A question to a running app, whose answer on AWS is known. */
export interface Question {
  /** What is asked, as a reader of the report sees it: `GET /greetings/Ana`. */
  readonly asks: string;
  ask(app: RunningApp): Promise<unknown>;
  /** The answer on AWS. */
  readonly answer: unknown;
}

/** What the sandbox can't run of an app. It counts as named only if the sandbox reports it. */
export interface Gap {
  /** The resource type. */
  readonly type: string;
  /** The property or value that the report must name. @default - the type itself does not run */
  readonly names?: string;
}

export interface ForeignAppOptions {
  /** What the app is, in one line. */
  readonly shows: string;
  /** At least one. The questions are asked in this order. */
  readonly questions: readonly Question[];
  /** What the sandbox can't run of it. The questions are about the rest. @default - all of it runs */
  readonly gaps?: readonly Gap[];
  /** Folders of this app that stand for container images that are only names, as `--image` gives them. @default - none */
  readonly images?: Readonly<Record<string, string>>;
}

/** A CDK app that does not use this library, in a shape of public examples. */
export interface ForeignApp extends ForeignAppOptions {
  readonly name: string;
}

/**
 * A foreign app, to be the default export of `apps/<name>/index.ts`. The CDK app is `app.ts` in the same folder.
 *
 * @param name the name of its folder
 */
export function foreignApp(name: string, options: ForeignAppOptions): ForeignApp {
  return { name, ...options };
}
