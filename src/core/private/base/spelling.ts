/** Words. A path or an ARN counts as one word. */
const WORD = /[\w:/$-]+/g;
/** A camel-case name: `timeToLive`. */
const CAMEL_CASE = /^[a-z][a-z0-9]*[A-Z][A-Za-z0-9]*$/;
/** Closing characters by opening character: text between them, such as placeholders and quotes, is not changed. */
const CLOSING: Readonly<Record<string, string>> = { '{': '}', '"': '"', "'": "'", '`': '`', '<': '>' };
/** A prop, or a part of one: `schema.required`, `stages[0]`. */
const PROP = /^[a-z]\w*(\[\d+\])*(\.[a-z]\w*(\[\d+\])*)*$/;

type Spelling = (name: string) => string;

const snakeCase: Spelling = (name) => name.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const pascalCase: Spelling = (name) => `${name[0].toUpperCase()}${name.slice(1)}`;
const asWritten: Spelling = (name) => name;

/** The spelling of a language, by the environment variable JSII_AGENT that its runtime sets: `Python/3.12.1`, `go1.25/linux/amd64`. */
function spellingFor(agent: string): Spelling {
  if (agent.startsWith('Python/')) return snakeCase;
  return /^(go|DotNet\/)/.test(agent) ? pascalCase : asWritten;
}

/** Spells the names of props and methods in a message as in the language of the app: `time_to_live` in Python. */
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

/** The ranges of a text that are not changed. An apostrophe within a word is not a quote. */
function verbatimIn(text: string): [start: number, end: number][] {
  const found: [number, number][] = [];
  // Each missing closing character is searched for once only, so that a text of opening quotes takes linear time.
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

/** Spells the name of a prop, which may be a single word: `Tiers` in Go. */
export function spelledProp(property: string, agent = process.env.JSII_AGENT ?? ''): string {
  return PROP.test(property) ? property.replace(/[a-z]\w*/g, spellingFor(agent)) : spelled(property, agent);
}
