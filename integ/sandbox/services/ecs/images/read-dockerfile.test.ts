import { patternOf } from './dockerignore';
import { readDockerfile } from './read-dockerfile';
import { splitWords, withVariables } from './words';

// documented: "Dockerfile reference" (Docker)
const read = (...lines: string[]) => readDockerfile(['FROM node:24', ...lines].join('\n')).stages[0].instructions;

test('stages have names, and instructions their lines', () => {
  const { stages, globals } = readDockerfile('ARG NODE=24\nFROM node:${NODE} AS build\n\nRUN npm ci\nFROM build\nCOPY --from=build /a /b');
  expect(globals).toEqual([{ name: 'NODE', value: '24' }]);
  expect(stages.map(({ name, from, line }) => [name, from, line])).toEqual([
    ['build', 'node:${NODE}', 2],
    [undefined, 'build', 5],
  ]);
  expect(stages[0].instructions).toEqual([{ kind: 'run', line: 4, command: { line: 'npm ci' }, mounts: [] }]);
});

test('a continued line is joined, without the comments within it', () => {
  expect(read('RUN npm ci \\', '  # why', '  && npm test \\', '', '  && true')).toMatchObject([
    { command: { line: 'npm ci    && npm test    && true' } },
  ]);
});

test('the JSON form runs a program, and keeps spaces within words; text that is no JSON is for the shell', () => {
  expect(read('CMD ["node", "a b.js"]', 'CMD [node]')).toMatchObject([
    { command: { words: ['node', 'a b.js'] } },
    { command: { line: '[node]' } },
  ]);
});

test('COPY has sources, a destination, an owner and a stage', () => {
  expect(read('COPY --chown=node:node --from=build a b ./')).toMatchObject([
    { kind: 'copy', sources: ['a', 'b'], to: './', owner: 'node:node', from: 'build' },
  ]);
});

test('ENV and ARG', () => {
  expect(read('ENV A=1 B="two words"', 'ENV OLD style value', 'ARG V="x y"')).toMatchObject([
    {
      values: [
        ['A', '1'],
        ['B', 'two words'],
      ],
    },
    { values: [['OLD', 'style value']] },
    { name: 'V', value: 'x y' },
  ]);
});

test('a health check has durations, and NONE removes it', () => {
  const [check, none] = read('HEALTHCHECK --interval=1m30s --start-period=500ms --retries=2 CMD ["a"]', 'HEALTHCHECK NONE');
  expect(check).toMatchObject({ check: { command: { words: ['a'] }, interval: 90_000, startPeriod: 500, timeout: 30_000, retries: 2 } });
  expect(none).toMatchObject({ check: 'none' });
});

test.each([
  ['RUN apt-get update && apt-get install -y curl', "packages of the operating system can't be installed here (apt-get)"],
  ['RUN apk add --no-cache tini', '(apk)'],
  ['RUN --mount=type=secret,id=x cat /run/secrets/x', 'only a mount of the type cache is'],
  ['RUN --network=none npm ci', 'the flag --network=none is not supported'],
  ['RUN <<EOF\necho a\nEOF', 'here-documents are not supported'],
  ['ADD https://example.com/a.tar.gz /', 'only files of the build folder can be added'],
  ['ADD app.tar.gz /', 'only files of the build folder can be added'],
  ['COPY --chmod=755 a b', 'the flag --chmod is not supported'],
  ['ONBUILD RUN npm ci', 'this instruction is not supported'],
  ['COPY a', 'expected at least one source and a destination'],
])('%s is rejected by its name and line', (line, reason) => {
  const [, rejected] = read('USER node', line);
  expect(rejected).toEqual({ kind: 'rejected', line: 3, error: expect.objectContaining({ message: expect.stringContaining(reason) }) });
  expect(rejected).toMatchObject({ error: { message: expect.stringMatching(/^Dockerfile line 3: /) } });
});

test('a Dockerfile without FROM is rejected', () => {
  expect(() => readDockerfile('ARG A=1')).toThrow('Dockerfile line 1: FROM: the Dockerfile has none');
  expect(() => readDockerfile('RUN a')).toThrow('Dockerfile line 1: RUN a: only ARG may stand before the first FROM');
});

test.each([
  ['$A', 'a'],
  ['${A}b', 'ab'],
  ['${NONE:-x$A}', 'xa'],
  ['${A:-x}', 'a'],
  ['${A:+x}', 'x'],
  ['${NONE:+x}', ''],
  ['\\$A', '$A'],
  ['$NONE.', '.'],
])('variables: %s is %s', (text, expected) => {
  expect(withVariables(text, new Map([['A', 'a']]))).toBe(expected);
});

test('words are split at spaces outside of quotes', () => {
  expect(splitWords(`a 'b c' "d e"f  g\\ h ''`)).toEqual(['a', 'b c', 'd ef', 'g h', '']);
});

// documented: "Build context", .dockerignore files
test.each([
  ['node_modules', 'node_modules', true],
  ['node_modules', 'a/node_modules', false],
  ['**/node_modules', 'a/b/node_modules', true],
  ['**/node_modules', 'node_modules', true],
  ['*.log', 'a.log', true],
  ['*.log', 'a/b.log', false],
  ['a/**/b', 'a/x/y/b', true],
  ['a?c', 'abc', true],
  ['/dist/', 'dist', true],
  ['*a*b', 'xxaxxb', true],
  ['*a*b', 'xxaxxc', false],
])('the pattern %s matches %s: %s', (pattern, path, expected) => {
  expect(patternOf(pattern)(path)).toBe(expected);
});
