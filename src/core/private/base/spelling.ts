/** `timeToLive`, and no part of a longer name, of a path or of an ARN. */
const CAMEL_CASE = /(?<![\w:/$-])[a-z][a-z0-9]*(?:[A-Z][A-Za-z0-9]*)+(?![\w:/-])/g;
/** What a message shows as it is: placeholders, and text in quotes. */
const VERBATIM = /(\{[^{}]*\}|"[^"]*"|(?<!\w)'[^']*'(?!\w)|`[^`]*`|<[^>]*>)/;
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
  const parts = text.split(VERBATIM);
  return parts.map((part, index) => (index % 2 === 1 ? part : part.replace(CAMEL_CASE, spelling))).join('');
}

/** The same for the name of a prop, which may be one word: `Tiers` in Go. */
export function spelledProp(property: string, agent = process.env.JSII_AGENT ?? ''): string {
  return PROP.test(property) ? property.replace(/[a-z]\w*/g, spellingFor(agent)) : spelled(property, agent);
}
