import type { LogLine } from '../sandbox';
import { drawDashboards, sourceOf } from './dashboard';
import { announce } from './running/announcement';
import { answerQuestions } from './running/answer';
import type { RunningSystem, SampleRequest, System } from './system';

/** Starts a system, prints how to use it, and then prints its log lines until the process gets a signal to end. */
export async function serve(system: System): Promise<void> {
  const started = performance.now();
  const report = (line: string) => console.log(`${((performance.now() - started) / 1_000).toFixed(1).padStart(6)} s  ${line}`);
  let ready = false;
  const onLog = ({ group, message }: LogLine) => {
    if (ready) console.log(`${nameOf(group)} | ${message.trimEnd()}`);
  };
  const running = await system.start({ report, onLog });
  // From here on, a signal is the normal way to stop. The sandbox closes itself then.
  process.exitCode = 0;
  const { trace } = running;
  const { origin } = await answerQuestions({
    ...(trace === undefined ? {} : { requests: trace }),
    dashboards: (width) => drawDashboards(sourceOf(running.sandbox), { width: Number(width) }),
  });
  process.once('exit', announce(system.name, origin));
  console.log(`\n${describe(system, running, await running.token())}\n`);
  ready = true;
  process.stdin.on('data', () => {
    running.token().then(
      (token) => console.log(`\nTOKEN=${token}\n`),
      (error: Error) => console.error(error.message),
    );
  });
  // The system keeps running when standard input is closed.
  process.stdin.on('error', () => undefined);
}

/** What a person needs to use the system, including commands to paste into another shell. */
export function describe(system: System, running: RunningSystem, token: string): string {
  const { address, signIn, requests, sandbox } = running;
  const { accessKeyId, secretAccessKey } = sandbox.endpoint.administrator();
  return [
    `${system.name} is running. Press Ctrl-C to stop it and remove its data, or Enter to print a new token.`,
    '',
    `Address    ${address}`,
    `Sign-in    ${signIn.page}`,
    `User       ${signIn.username}, ${signIn.description}`,
    `Password   ${signIn.password}`,
    `Endpoint   ${sandbox.endpoint.url}, for all AWS services`,
    '',
    'Requests of this user, to paste into another shell:',
    '',
    `TOKEN=${token}`,
    ...requests.flatMap((request) => ['', `# ${request.title}`, curl(address, request)]),
    '',
    ...(running.trace === undefined
      ? []
      : ['To follow a request by the correlation id in its answer, in another shell:', '', "npx projen trace 'the correlation id'", '']),
    'To use the AWS CLI as an administrator:',
    '',
    `export AWS_ENDPOINT_URL=${sandbox.endpoint.url} AWS_REGION=${sandbox.assembly.region} AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}`,
    ...outputs(sandbox).map(([name, value]) => `# ${name}: ${value}`),
  ].join('\n');
}

/** The stack outputs, except addresses on AWS. */
function outputs({ assembly }: RunningSystem['sandbox']): [name: string, value: string][] {
  const values = assembly.stacks.filter((stack) => !stack.includes('.')).flatMap((stack) => Object.entries(assembly.outputs(stack)));
  return values.flatMap(([name, value]) => (typeof value === 'string' && !value.startsWith('https://') ? [[name, value]] : []));
}

/** The request as a curl command that reads the token from TOKEN. */
function curl(address: string, { method, path, body, headers = {} }: SampleRequest): string {
  const all = { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  return [
    `curl -i -w '\\n' -X ${method} ${quoted(`${address}${path}`)} -H "Authorization: Bearer $TOKEN"`,
    ...Object.entries(all).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`-d ${quoted(JSON.stringify(body))}`]),
  ].join(' ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function nameOf(group: string): string {
  return group.replace(/^\/aws\/lambda\//, '');
}
