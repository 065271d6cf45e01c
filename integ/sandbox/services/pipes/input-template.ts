import type { Json } from '../../contracts';
import { compileTemplate, InvalidTemplate, pathReader, type Reader } from '../../streams/template';

export { InvalidTemplate } from '../../streams/template';

/** Writes the input of a target for one event. */
export type InputTemplate = (event: Json, variables: Variables) => Json;

/** The reserved variables of a template, `aws.pipes.pipe-arn`. */
export type Variables = Readonly<Record<string, string>>;

/** Documented: "Reserved variables" on the same page. */
const RESERVED = ['pipe-arn', 'pipe-name', 'source-arn', 'enrichment-arn', 'target-arn', 'event.ingestion-time'].map(
  (name) => `aws.pipes.${name}`,
);
const EVENTS = ['aws.pipes.event', 'aws.pipes.event.json'];
/** Documented: `InputTemplate` of `PipeTargetParameters`. */
const MAXIMUM = 8192;

interface Context {
  readonly event: Json;
  readonly variables: Variables;
}

/**
 * Compiles an input template. Documented: "Amazon EventBridge Pipes input transformation". A path that an event does not have is an empty
 * text: AWS does not document it, and each such path is reported once.
 *
 * @param missing called with a placeholder that has no value
 * @throws InvalidTemplate
 */
export function inputTemplate(template: string, missing: (placeholder: string) => void = () => {}): InputTemplate {
  if (template.length > MAXIMUM) throw new InvalidTemplate(`it has ${template.length} characters: the maximum is ${MAXIMUM}`);
  const { json, write } = compileTemplate<Context>(template, readerOf, (placeholder) => missing(placeholder));
  return (event, variables) => {
    const text = write({ event, variables });
    if (!json) return text;
    try {
      return JSON.parse(text) as Json;
    } catch {
      throw new Error(`The input template does not result in valid JSON: ${text.slice(0, 200)}`);
    }
  };
}

function readerOf(name: string): Reader<Context> | undefined {
  if (EVENTS.includes(name)) return ({ event }) => event;
  if (RESERVED.includes(name)) return ({ variables }) => variables[name];
  if (name.startsWith('aws.pipes.')) throw new InvalidTemplate(`<${name}> is not a variable of pipes`);
  if (!name.startsWith('$')) return undefined;
  const read = pathReader(name);
  return ({ event }) => read(event);
}
