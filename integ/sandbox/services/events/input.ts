import type { Properties } from '../../assembly/properties';
import type { Json, JsonObject } from '../../contracts';
import { compileTemplate, InvalidTemplate, pathReader, type Reader } from '../../streams/template';

/** Writes what a target gets for an event: JSON, or the text of a template. */
export type InputWriter = (event: JsonObject, variables: RuleVariables, missing: (placeholder: string) => void) => string;

export interface RuleVariables {
  readonly ruleArn: string;
  readonly ruleName: string;
  readonly ingestionTime: string;
}

interface Context {
  readonly event: JsonObject;
  readonly variables: RuleVariables;
  missing(placeholder: string): void;
}

/** Documented: "Amazon EventBridge input transformation", predefined variables. */
const RESERVED: Readonly<Record<string, Reader<Context>>> = {
  'aws.events.rule-arn': ({ variables }) => variables.ruleArn,
  'aws.events.rule-name': ({ variables }) => variables.ruleName,
  'aws.events.event.ingestion-time': ({ variables }) => variables.ingestionTime,
  'aws.events.event': ({ event: { detail: _, ...event } }) => event,
  'aws.events.event.json': ({ event }) => event,
};

/** Documented: InputTransformer (Amazon EventBridge API Reference). */
const MOST_VARIABLES = 100;
const MAXIMUM = 8192;

/** Documented: PutTargets: the whole event, or one of Input, InputPath and InputTransformer. @throws if AWS would reject it */
export function inputWriter(target: Properties): InputWriter {
  const given = ['Input', 'InputPath', 'InputTransformer'].filter((name) => target.has(name));
  if (given.length > 1) throw target.invalid(given[1], `is given together with ${given[0]}: only one of them is possible`);
  const input = target.text('Input');
  if (input !== undefined) {
    target.attempt('Input', () => JSON.parse(input) as Json);
    return () => input;
  }
  const path = target.text('InputPath');
  if (path !== undefined) {
    const read = target.attempt('InputPath', () => pathReader(path));
    return (event) => JSON.stringify(read(event) ?? {});
  }
  const transformer = target.object('InputTransformer');
  if (transformer === undefined) return (event) => JSON.stringify(event);
  const [paths, template] = [transformer.texts('InputPathsMap'), transformer.required('InputTemplate')];
  return transformer.attempt('InputTemplate', () => transform(paths, template));
}

function transform(paths: Readonly<Record<string, string>>, template: string): InputWriter {
  if (template.length > MAXIMUM) throw new InvalidTemplate(`it has ${template.length} characters: the maximum is ${MAXIMUM}`);
  const own = Object.entries(paths);
  if (own.length > MOST_VARIABLES) throw new InvalidTemplate(`it has ${own.length} variables: the maximum is ${MOST_VARIABLES}`);
  const readers = new Map<string, Reader<Context>>(
    own.map(([name, path]) => {
      if (Object.hasOwn(RESERVED, name) || name.startsWith('aws.')) throw new InvalidTemplate(`<${name}> is a reserved name`);
      const read = pathReader(path);
      return [name, ({ event }: Context) => read(event)] as const;
    }),
  );
  const readerOf = (name: string): Reader<Context> | undefined => {
    const reader = readers.get(name) ?? (Object.hasOwn(RESERVED, name) ? RESERVED[name] : undefined);
    if (reader === undefined && /^[\w.-]{1,256}$/.test(name)) throw new InvalidTemplate(`<${name}> is not a variable of InputPathsMap`);
    return reader;
  };
  const { write } = compileTemplate(template, readerOf, (placeholder, { missing }) => missing(placeholder));
  return (event, variables, missing) => write({ event, variables, missing });
}
