import { readFileSync } from 'node:fs';
import { checkWords, type Exception, type File, type WordList, wordsOf } from '../projenrc/words/check';

// What `npx projen lint` finds (projenrc/check-words.ts): a check that finds nothing passes too.

const WORDS = [
  { words: ['grind', 'ground out'], write: 'make' },
  { words: ['HASTE'], write: '…_TIMEOUT_MS' },
];

function found(text: string, path = 'src/a.ts', exceptions: readonly Exception[] = []) {
  const files: File[] = [{ path, text }];
  const { findings, unused } = checkWords(files, { words: WORDS, exceptions });
  return { at: findings.map(({ line, word }) => `${line} ${word}`), unused };
}

test('finds a word alone, in each case and in identifiers', () => {
  const text = 'grind\nGrind it\ngrindKey\nkeyToGrind\nGRIND_KEY\ngrind-key\nregrind grinder';
  expect(found(text).at).toEqual(['1 grind', '2 grind', '3 grind', '4 grind', '5 grind', '6 grind']);
});

test('finds the words of a phrase over the lines of a comment', () => {
  expect(found('/**\n * It is ground\n * out here.\n */ groundOut; ground. Out').at).toEqual(['2 ground out', '4 ground out']);
});

test('finds a word in capitals only where it is written so', () => {
  expect(found('const HASTE = 1;\nHASTE_MS\nin haste, Haste').at).toEqual(['1 HASTE', '2 HASTE']);
});

test('finds a word in the names of files and folders', () => {
  expect(found('', 'src/grind/index.ts').at).toEqual(['0 grind']);
  expect(found('', 'src/to-grind.ts').at).toEqual(['0 grind']);
});

test('accepts a word inside the text of an exception, and nowhere else', () => {
  const exceptions = [{ text: 'grind stone', reason: 'a tool' }];
  expect(found('a Grind stone', 'src/a.ts', exceptions)).toEqual({ at: [], unused: [] });
  expect(found('grind a grind stone\ngrind', 'src/a.ts', exceptions).at).toEqual(['1 grind', '2 grind']);
});

test('accepts a word in the file or folder of an exception, and nowhere else', () => {
  const exceptions = [{ in: 'src/recorded', word: 'grind', reason: 'recorded from AWS' }];
  expect(found('grind', 'src/recorded/a.json', exceptions)).toEqual({ at: [], unused: [] });
  expect(found('HASTE', 'src/recorded/a.json', exceptions).at).toEqual(['1 HASTE']);
  expect(found('grind', 'src/recorded-not/a.json', exceptions).at).toEqual(['1 grind']);
});

test('reports an exception that no file needs', () => {
  const exception = { text: 'grind stone', reason: 'a tool' };
  expect(found('nothing of it', 'src/a.ts', [exception]).unused).toEqual([exception]);
});

test('splits names at capitals, underscores and hyphens', () => {
  expect(wordsOf('parseXMLBody of_HTTPServer in-a2b').map(({ text }) => text)).toEqual([
    'parse',
    'XML',
    'Body',
    'of',
    'HTTP',
    'Server',
    'in',
    'a',
    'b',
  ]);
});

describe('the list of this project', () => {
  const list = JSON.parse(readFileSync('projenrc/words/words.json', 'utf8')) as WordList;

  test.each(list.words.flatMap(({ words }) => words))("rejects '%s'", (word) => {
    const { findings } = checkWords([{ path: 'src/a.ts', text: `// It is ${word} here.` }], list);
    expect(findings).toMatchObject([{ path: 'src/a.ts', line: 1, word }]);
  });

  test('has a replacement for each word, and a reason for each exception', () => {
    for (const { write } of list.words) expect(write).not.toBe('');
    for (const { reason } of list.exceptions) expect(reason.length).toBeGreaterThan(10);
  });
});
