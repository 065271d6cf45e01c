import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findIsolation, type Isolation } from '../../../engines';
import { ownerOf } from '../tasks/mounts';
import { buildImage } from './build';
import { listFolder, lookUp } from './layers';

let isolation: Isolation;
beforeAll(async () => {
  isolation = await findIsolation(() => undefined);
}, 120_000);

/** Builds a folder of given files. */
function build(files: Record<string, string>, args: Record<string, string> = {}, target?: string, how = isolation) {
  const folder = mkdtempSync(join(process.env.TEST_FOLDER ?? tmpdir(), 'image-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return buildImage({ folder, dockerfile: 'Dockerfile', args, ...(target === undefined ? {} : { target }) }, how, () => undefined);
}

const text = (layers: readonly string[], path: string) => readFileSync(lookUp(layers, path)?.file ?? '', 'utf8');

// documented: "Dockerfile reference" (Docker), for each of these
test('stages copy from each other, and only those that lead to the last one are built', async () => {
  const image = await build({
    Dockerfile: [
      ...['ARG NODE=24', 'FROM node:$NODE AS one', 'RUN mkdir /out && node -p "1 + 1" > /out/sum', 'FROM one AS never', 'RUN false'],
      ...[
        'FROM one AS two',
        'RUN echo more > /out/more',
        'FROM node:$NODE',
        'COPY --from=two /out /result',
        'COPY --from=0 /out/sum /first',
      ],
    ].join('\n'),
  });
  expect(listFolder(image.layers, '/result')).toEqual(['more', 'sum']);
  expect(text(image.layers, '/first')).toBe('2\n');
  expect(lookUp(image.layers, '/out')).toBeUndefined();
}, 120_000);

test('a target ends the build at its stage, and what only other stages need is not rejected', async () => {
  const image = await build(
    { Dockerfile: 'FROM node:24 AS one\nRUN touch /one\nFROM one\nRUN apt-get update\nCOPY --from=other/image / /' },
    {},
    'one',
  );
  expect(lookUp(image.layers, '/one')).toBeDefined();
}, 120_000);

test('COPY puts the contents of a folder into a folder, and leaves out what is ignored', async () => {
  const files = { 'src/a.js': 'a', 'src/deep/b.js': 'b', 'src/c.log': 'c', 'package.json': '{}', '.dockerignore': '**/*.log' };
  const image = await build({ Dockerfile: 'FROM node:24\nWORKDIR /app\nCOPY src package*.json ./\nCOPY src/a.js renamed.js', ...files });
  expect(listFolder(image.layers, '/app')).toEqual(['a.js', 'deep', 'package.json', 'renamed.js']);
  expect(listFolder(image.layers, '/app/deep')).toEqual(['b.js']);
}, 120_000);

test('build arguments reach RUN, and are not part of the image; ENV is', async () => {
  const Dockerfile = 'FROM node:24\nARG VERSION=1\nENV NAME="v$VERSION"\nRUN echo "$VERSION $NAME" > /version';
  const image = await build({ Dockerfile }, { VERSION: '7' });
  expect(text(image.layers, '/version')).toBe('7 v7\n');
  expect(image.config.env).toMatchObject({ NAME: 'v7' });
  expect(image.config.env).not.toHaveProperty('VERSION');
}, 120_000);

test('users are added, and files given to them', async () => {
  const image = await build({
    Dockerfile: [
      'FROM node:24',
      'RUN groupadd -g 2000 staff2 && useradd -m -u 1500 -g staff2 app && adduser -D other && mkdir -p /data/deep && chown -R app:staff2 /data',
      'COPY --chown=app Dockerfile /copied',
      'USER app',
      'RUN id -u > /tmp/id',
    ].join('\n'),
  });
  expect(text(image.layers, '/tmp/id')).toBe('1500\n');
  expect([ownerOf(image.owners, '/data/deep'), ownerOf(image.owners, '/copied'), ownerOf(image.owners, '/home/app')]).toMatchObject([
    { uid: 1500, gid: 2000 },
    { uid: 1500, gid: 2000 },
    { uid: 1500 },
  ]);
  expect(ownerOf(image.owners, '/etc')).toEqual({ uid: 0, gid: 0 });
  expect(text(image.layers, '/etc/passwd')).toContain('other:x:');
}, 120_000);

test('npm installs the dependencies of a lock file', async () => {
  const manifest = { name: 'app', version: '1.0.0', dependencies: { local: 'file:local' } };
  const lock = {
    ...manifest,
    lockfileVersion: 3,
    requires: true,
    packages: { '': manifest, local: { version: '1.0.0' }, 'node_modules/local': { resolved: 'local', link: true } },
  };
  const image = await build({
    Dockerfile:
      'FROM node:24\nWORKDIR /app\nCOPY . .\nRUN --mount=type=cache,target=/root/.npm npm ci --omit=dev && node -p "require(\'local\')" > answer',
    'package.json': JSON.stringify(manifest),
    'package-lock.json': JSON.stringify(lock),
    'local/package.json': JSON.stringify({ name: 'local', version: '1.0.0', main: 'index.js' }),
    'local/index.js': 'module.exports = 42',
  });
  expect(text(image.layers, '/app/answer')).toBe('42\n');
}, 120_000);

test('an image of Python has its own site packages', async () => {
  const image = await build({
    Dockerfile:
      'FROM python:3.12-slim\nRUN python -c "import sys; print(sys.prefix, sys.version_info[:2])" > /python && pip --version > /pip',
  });
  expect(text(image.layers, '/python')).toBe('/usr/local (3, 12)\n');
  expect(text(image.layers, '/pip')).toContain('/usr/local/lib/python3.12/site-packages/pip');
  expect(image.config.command).toEqual(['python3']);
}, 240_000);

test.each([
  [
    'FROM node:24\nRUN echo before && echo why >&2 && false',
    'Dockerfile line 2: RUN echo before && echo why >&2 && false: it ended with exit status 1: before\nwhy',
  ],
  ['FROM node:24\nCOPY none /x', 'Dockerfile line 2: COPY none /x: none does not exist there'],
  ['FROM node:24\nUSER nobody2', 'Dockerfile line 2: USER nobody2: the image has no user or group nobody2'],
  ['FROM debian:12', "Dockerfile line 1: FROM debian:12: this image can't be fetched"],
  ['FROM node:24\nCOPY --from=nginx:1 /a /b', "FROM nginx:1: this image can't be fetched"],
  ['FROM node:16', 'Dockerfile line 1: FROM node:16: node:16 does not run here: Node 20, 22, 24 do'],
])(
  '%j is rejected',
  async (Dockerfile, message) => {
    await expect(build({ Dockerfile })).rejects.toThrow(message);
  },
  120_000,
);

describe('without namespaces', () => {
  const none: Isolation = { kind: 'none', reason: 'a test' };

  test('steps run in the folder of the image', async () => {
    const image = await build(
      { Dockerfile: 'FROM node:24 AS one\nWORKDIR /app\nRUN node -p 6*7 > answer\nFROM one\nRUN cp answer again' },
      {},
      undefined,
      none,
    );
    expect(text(image.layers, '/app/again')).toBe('42\n');
  }, 120_000);

  test('a step with an absolute path is rejected, because it would reach this machine', async () => {
    await expect(build({ Dockerfile: 'FROM node:24\nRUN touch /x' }, {}, undefined, none)).rejects.toThrow(
      'Dockerfile line 2: RUN touch /x: /x needs namespaces, which this machine does not allow (a test)',
    );
  }, 120_000);
});
