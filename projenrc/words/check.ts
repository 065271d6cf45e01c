/** Words to avoid, with what to write instead. An entry in capitals matches only the word in capitals. */
export interface Rule {
  readonly words: readonly string[];
  readonly write: string;
}

/** Where a word is allowed: in this text, in this file or folder, or in both. */
export interface Exception {
  /** A longer text that contains the word, such as `connection refused`. @default - the word alone, everywhere */
  readonly text?: string;
  /** A file, or a folder with everything in it. @default - everywhere */
  readonly in?: string;
  /** The allowed word. @default - each word that the text contains */
  readonly word?: string;
  readonly reason: string;
}

export interface WordList {
  readonly words: readonly Rule[];
  readonly exceptions: readonly Exception[];
}

/** A file, with its path relative to the root of the repository. */
export interface File {
  readonly path: string;
  readonly text: string;
}

export interface Finding {
  readonly path: string;
  /** 0 for the path itself. */
  readonly line: number;
  readonly word: string;
  readonly write: string;
}

export interface Findings {
  readonly findings: readonly Finding[];
  /** Exceptions that no file uses. */
  readonly unused: readonly Exception[];
}

interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** What may separate two words of a phrase: spaces, separators within a name, and the start of the next comment line. */
const BETWEEN = /^[\s*/#>_-]*$/;

/** The words of a text: `checkKey`, `check_key` and `check-key` have two each. */
export function wordsOf(text: string): Word[] {
  return [...text.matchAll(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g)].map((match) => ({
    text: match[0],
    start: match.index,
    end: match.index + match[0].length,
  }));
}

export function grouped<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return groups;
}

/** Looks for the words of a list in files and in their paths. */
export function checkWords(files: readonly File[], list: WordList): Findings {
  const phrases = list.words.flatMap(({ words, write }) => words.map((word) => ({ word, parts: word.split(' '), write })));
  const byFirst = grouped(phrases, ({ parts }) => (parts[0] ?? '').toLowerCase());
  const used = new Set<Exception>();
  const findings: Finding[] = [];

  const search = (path: string, text: string, lineAt: (position: number) => number) => {
    const words = wordsOf(text);
    for (const [index, first] of words.entries()) {
      for (const { word, parts, write } of byFirst.get(first.text.toLowerCase()) ?? []) {
        const found = words.slice(index, index + parts.length);
        const last = found.at(-1);
        if (last === undefined || !isPhrase(found, parts, text)) continue;
        const exception = list.exceptions.find((one) => excepts(one, path, text, word, first.start, last.end));
        if (exception === undefined) findings.push({ path, line: lineAt(first.start), word, write });
        else used.add(exception);
      }
    }
  };
  for (const { path, text } of files) {
    search(path, path, () => 0);
    search(path, text, (position) => text.slice(0, position).split('\n').length);
  }
  return { findings, unused: list.exceptions.filter((exception) => !used.has(exception)) };
}

function isPhrase(found: readonly Word[], parts: readonly string[], text: string): boolean {
  return parts.every((part, index) => {
    const word = found[index];
    const previous = found[index - 1];
    if (word === undefined || (part === part.toUpperCase() ? word.text !== part : word.text.toLowerCase() !== part)) return false;
    return previous === undefined || BETWEEN.test(text.slice(previous.end, word.start));
  });
}

function excepts(exception: Exception, path: string, text: string, word: string, start: number, end: number): boolean {
  if (exception.in !== undefined && path !== exception.in && !path.startsWith(`${exception.in}/`)) return false;
  if (exception.word !== undefined && exception.word !== word) return false;
  if (exception.text === undefined) return true;
  const around = text.slice(Math.max(0, start - exception.text.length), end + exception.text.length).toLowerCase();
  const offset = start - Math.max(0, start - exception.text.length);
  const at = exception.text.toLowerCase();
  for (let found = around.indexOf(at); found >= 0; found = around.indexOf(at, found + 1)) {
    if (found <= offset && found + at.length >= offset + (end - start)) return true;
  }
  return false;
}
