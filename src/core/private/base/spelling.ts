/** Words, with the paths and ARNs that they are parts of. */
const WORD = /[\w:/$-]+/g;
/** `timeToLive`, and no part of a path or of an ARN. */
const CAMEL_CASE = /^[a-z][a-z0-9]*[A-Z][A-Za-z0-9]*$/;
/** Around what a message shows as it is: placeholders, and text in quotes. */
const CLOSING: Readonly<Record<string, string>> = { '{': '}', '"': '"', "'": "'", '`': '`', '<': '>' };
/** `schema.required`, `stages[0]`: a prop, or one of a prop's. */
const PROP = /^[a-z]\w*(\[\d+\])*(\.[a-z]\w*(\[\d+\])*)*$/;

type Spelling = (name: string) => string;

const snakeCase: Spelling = (name) => name.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const pascalCase: Spelling = (name) => `${name[0].toUpperCase()}${name.slice(1)}`;
const asWritten: Spelling = (name) => name;

/** By how the runtime of a language introduces itself in the environment variable JSII_AGENT: `Python/3.12.1`, `go1.25/linux/amd64`. */
function spellingFor(agent: string): Spelling {
  if (agent.startsWith('Python/')) return snakeCase;
  return /^(go|DotNet\/)/.test(agent) ? pascalCase : asWritten;
}

/** A message's text with the names of props and methods as the language of the app writes them: `time_to_live` in Python. */
export function spelled(text: string, agent = process.env.JSII_AGENT ?? ''): string {
  const spelling = spellingFor(agent);
  const written = (part: string) => part.replace(WORD, (word) => (CAMEL_CASE.test(word) ? spelling(word) : word));
  let result = '';
  let from = 0;
  for (const [start, end] of verbatimIn(text)) {
    result += written(text.slice(from, start)) + text.slice(start, end);
    from = end;
  }
  return result + written(text.slice(from));
}

/** From where to where a text is shown as it is. An apostrophe within a word is no quote. */
function verbatimIn(text: string): [start: number, end: number][] {
  const found: [number, number][] = [];
  // Looked for once only, so that a text of opening quotes takes no more time than others.
  const absent = new Set<string>();
  for (let at = 0; at < text.length; at++) {
    const closing = CLOSING[text[at]];
    if (closing === undefined || absent.has(closing) || (closing === "'" && isWord(text[at - 1]))) continue;
    const end = text.indexOf(closing, at + 1);
    if (end < 0) absent.add(closing);
    if (end < 0 || (closing === "'" && isWord(text[end + 1]))) continue;
    found.push([at, end + 1]);
    at = end;
  }
  return found;
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /\w/.test(character);
}

/** The same for the name of a prop, which may be one word: `Tiers` in Go. */
export function spelledProp(property: string, agent = process.env.JSII_AGENT ?? ''): string {
  return PROP.test(property) ? property.replace(/[a-z]\w*/g, spellingFor(agent)) : spelled(property, agent);
}
