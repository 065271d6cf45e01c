import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { eachOf } from '../../kit/each-of';
import { createOperator, type Operator, PASSWORD } from '../../kit/operator';
import { synthesize } from '../../kit/synthesize';
import type { LogLine, Resource, Sandbox, SandboxOptions } from '../../sandbox';
import { signIn, startSandbox, type Tokens } from '../../sandbox';
import { schools, type User, users } from './population';

/** The address at which the example's web app would be served. */
export const APP_URL = 'https://schools.example';

const REDIRECT_URI = `${APP_URL}/signed-in`;
const EXAMPLE = join('examples', 'school-platform', 'app.ts');
const SEED = 1;
const AT_ONCE = 4;

export interface PlatformOptions {
  /** @default 1 */
  readonly speed?: number;
  readonly report?: (line: string) => void;
  /** Called with each log line of a function. @default - lines are only in `sandbox.logs` */
  readonly onLog?: (line: LogLine) => void;
  /** See `SandboxOptions`. */
  readonly accessLog?: 'escaped' | 'raw';
  /**
   * Which schedules run.
   *
   * @default - all
   */
  readonly schedules?: SandboxOptions['schedules'];
  /** See `SandboxOptions`. */
  readonly map?: SandboxOptions['map'];
  /** See `SandboxOptions`. */
  readonly functionsOnClock?: SandboxOptions['functionsOnClock'];
  /**
   * The schools to onboard.
   *
   * @default - all 40
   */
  readonly schools?: readonly string[];
  /**
   * The schools on the tier `trial`; the others are on `standard`.
   *
   * @default - none
   */
  readonly trial?: readonly string[];
  /**
   * An app that contains the example and more, relative to the root of the repository.
   *
   * @default - examples/school-platform/app.ts
   */
  readonly app?: string;
  /** Changes the cloud assembly before it starts. @default - as it was synthesized */
  change?(folder: string): void | Promise<void>;
}

/** `examples/school-platform`, running on this machine with its schools onboarded and one teacher of each signed in. */
export interface RunningPlatform {
  readonly sandbox: Sandbox;
  readonly operator: Operator;
  readonly apiUrl: string;
  /** The address of the sign-in page, for a browser. */
  readonly signInPage: string;
  readonly visitsUrl: string;
  readonly tableName: string;
  readonly queueUrl: string;
  readonly retryQueueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly writerArn: string;
  /** An access token of a teacher of the school. */
  token(school: string): string;
  signIn(user: User): Promise<Tokens>;
  /** The only resource of a type whose construct path contains this text. */
  resource(type: string, path: string): Resource;
  close(): Promise<void>;
}

export async function startPlatform(options: PlatformOptions): Promise<RunningPlatform> {
  const { report = () => undefined, app = EXAMPLE, trial = [] } = options;
  const directory = await synthesize(app, { environment: { APP_URL }, report });
  await options.change?.(directory);
  const sandbox = await startSandbox(directory, {
    speed: options.speed,
    accessLog: options.accessLog,
    report,
    onLog: options.onLog,
    ...{ schedules: options.schedules, map: options.map, functionsOnClock: options.functionsOnClock },
    strict: true,
  });
  const { assembly, restApis } = sandbox;
  const resource = (type: string, path: string) => {
    const found = assembly.ofType(type).filter((candidate) => candidate.path?.includes(path));
    if (found.length !== 1) throw new Error(`Expected one resource of type ${type} under ${path}, found ${found.length}`);
    return found[0];
  };
  const arn = (path: string) => assembly.attribute(resource('AWS::Lambda::Function', path), 'Arn');
  const operator = createOperator(sandbox, { onboardingArn: arn('/Api/Onboarding'), tenantAttribute: 'custom:school_id' });
  const close = async () => {
    operator.close();
    await sandbox.close();
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const [{ userPoolId, url: poolUrl }] = sandbox.userPools.pools;
    const clientId = assembly.ref(resource('AWS::Cognito::UserPoolClient', '/Users/Pool/Client/'));
    const present = schools().filter(({ id }) => options.schools?.includes(id) ?? true);
    report(`onboarding ${present.length} schools (API Gateway creates five API keys per second)`);
    await operator.onboard(present.map(({ id }) => ({ tenant: id, tier: trial.includes(id) ? 'trial' : 'standard' })));
    const people = users(SEED).filter(({ tenant }) => present.some(({ id }) => id === tenant));
    report(`creating ${people.length} users and signing in one teacher per school`);
    await operator.enroll(userPoolId, people);
    const signedIn = (user: User) => signIn({ poolUrl, clientId, redirectUri: REDIRECT_URI, username: user.email, password: PASSWORD });
    const tokens = new Map<string, string>();
    const teachers = present.map(({ id }) => people.find(({ tenant, role }) => tenant === id && role === 'teacher') as User);
    await eachOf(teachers, AT_ONCE, async (teacher) => void tokens.set(teacher.tenant, (await signedIn(teacher)).accessToken));
    const [{ url: apiUrl }] = restApis.apis;
    return {
      sandbox,
      operator,
      apiUrl,
      signInPage: `${poolUrl}/oauth2/authorize?${new URLSearchParams({ response_type: 'code', client_id: clientId, redirect_uri: REDIRECT_URI })}`,
      visitsUrl: `${apiUrl}/visits`,
      tableName: assembly.ref(resource('AWS::DynamoDB::Table', '/Data/')),
      queueUrl: assembly.ref(resource('AWS::SQS::Queue', '/Visits/Queue/')),
      retryQueueUrl: assembly.ref(resource('AWS::SQS::Queue', '/Visits/RetryQueue/')),
      deadLetterQueueUrl: assembly.ref(resource('AWS::SQS::Queue', '/Visits/DeadLetterQueue/')),
      writerArn: arn('/Visits/Writer/'),
      token(school) {
        const token = tokens.get(school);
        if (token === undefined) throw new Error(`No user of ${school} is signed in`);
        return token;
      },
      signIn: signedIn,
      resource,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
