import type { Json, JsonObject } from '../../contracts';
import { ServiceError } from '../../protocol/service-error';
import { constraint, invalid, type Parameter, type ParameterVersion, type PutInput } from './parameters';

interface ReadInput {
  readonly Name: string;
  readonly Names: readonly string[];
  readonly WithDecryption?: boolean;
}
interface Filter {
  readonly Key: string;
  readonly Option?: string;
  readonly Values?: readonly string[];
}
interface PathInput {
  readonly Path: string;
  readonly Recursive?: boolean;
  readonly ParameterFilters?: readonly Filter[];
  readonly WithDecryption?: boolean;
  readonly MaxResults?: number;
  readonly NextToken?: string;
}
/** The input of all operations. */
export type Input = ReadInput & PathInput & PutInput;

/** A version that a request reads, with the selector in the request. */
export interface Selected {
  readonly parameter: Parameter;
  readonly version: ParameterVersion;
  readonly selector?: string;
}

/** The required and the optional members of an operation's input. */
export interface Members {
  readonly requires: readonly (keyof Input)[];
  readonly takes?: readonly (keyof Input)[];
}

const list = (value: Json, holds: (item: Json) => boolean) => Array.isArray(value) && value.every(holds);
const text = (value: Json | undefined): boolean => typeof value === 'string';
const object = (value: Json, holds: (item: JsonObject) => boolean) =>
  value !== null && typeof value === 'object' && holds(value as JsonObject);

/** Checks the type of members that are not strings. */
const TYPES: Readonly<Record<string, (value: Json) => boolean>> = {
  MaxResults: Number.isInteger,
  Names: (value) => list(value, text),
  Overwrite: (value) => typeof value === 'boolean',
  ParameterFilters: (value) =>
    list(value, (item) => object(item, ({ Key, Option = '', Values = [] }) => text(Key) && text(Option) && list(Values, text))),
  Recursive: (value) => typeof value === 'boolean',
  Tags: (value) => list(value, (item) => object(item, ({ Key, Value }) => text(Key) && text(Value))),
  WithDecryption: (value) => typeof value === 'boolean',
};

/** Validates the input of an operation: required members, supported members and their types. */
export function inputOf(operation: string, { requires, takes = [] }: Members, input: JsonObject): Input {
  const given = Object.entries(input).filter(([, value]) => value !== null);
  for (const [member, value] of given) {
    const known = [...requires, ...takes].some((name) => name === member);
    if (!known) throw invalid(`The sandbox does not support ${operation} with ${member}`);
    if (!(TYPES[member] ?? text)(value)) throw new ServiceError('SerializationException', `${member} has another type.`);
  }
  const read = Object.fromEntries(given) as unknown as Input;
  for (const member of requires) {
    if (read[member] === undefined) throw constraint(null, member.toLowerCase(), 'Member must not be null');
  }
  const { Names, MaxResults } = read;
  if (Names !== undefined) within(Names.length, `[${Names.join(', ')}]`, 'names', 'length', 10);
  if (MaxResults !== undefined) within(MaxResults, MaxResults, 'maxResults', 'value', 10);
  return read;
}

function within(size: number, value: unknown, member: string, what: string, most: number): void {
  if (size < 1) throw constraint(value, member, `Member must have ${what} greater than or equal to 1`);
  if (size > most) throw constraint(value, member, `Member must have ${what} less than or equal to ${most}`);
}

/** Splits an id into the name or ARN, and the version or label, if any. */
export function selectorOf(id: string): [name: string, selector: string | undefined] {
  const parts = id.trim().split(':');
  const length = id.startsWith('arn:') ? 6 : 1;
  return [parts.slice(0, length).join(':'), parts.length > length ? parts.slice(length).join(':') : undefined];
}

const INVALID_PATH =
  'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/". It can\'t be prefixed with "aws" or "ssm" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.';

/** Documented: `GetParametersByPath`. A token is the name of the last parameter of the previous page. */
export function pageOf(parameters: readonly Parameter[], input: PathInput): { readonly page: readonly Selected[]; readonly next?: string } {
  const { Path, Recursive = false, MaxResults = 10, NextToken, ParameterFilters = [] } = input;
  if (!/^\/(?:[\w.-]+(?:\/[\w.-]+)*\/?)?$/.test(Path)) throw invalid(INVALID_PATH);
  const filters = ParameterFilters.map(filterOf);
  const after = Buffer.from(NextToken ?? '', 'base64url').toString();
  if (NextToken !== undefined && !/^[\w./-]+$/.test(after)) throw new ServiceError('InvalidNextToken', "The specified token isn't valid.");
  const prefix = Path.endsWith('/') ? Path : `${Path}/`;
  const below = parameters.flatMap((parameter): Selected[] => {
    const path = parameter.name.startsWith('/') ? parameter.name : `/${parameter.name}`;
    const version = parameter.versions[parameter.versions.length - 1];
    const inside = path.startsWith(prefix) && (Recursive || !path.includes('/', prefix.length));
    return inside && parameter.name > after && filters.every((holds) => holds(version)) ? [{ parameter, version }] : [];
  });
  const page = below.slice(0, MaxResults);
  const last = page.at(-1)?.parameter.name ?? '';
  return { page, ...(below.length > page.length ? { next: Buffer.from(last).toString('base64url') } : {}) };
}

const FILTERS: Readonly<Record<string, { readonly options: readonly string[]; of(version: ParameterVersion): string | undefined }>> = {
  Type: { options: ['BeginsWith', 'Equals'], of: ({ type }) => type },
  KeyId: { options: ['BeginsWith', 'Equals'], of: ({ keyId }) => keyId },
  Label: { options: ['Equals'], of: () => undefined },
};

function filterOf({ Key, Option = 'Equals', Values = [] }: Filter): (version: ParameterVersion) => boolean {
  const filter = Object.hasOwn(FILTERS, Key) ? FILTERS[Key] : undefined;
  if (filter === undefined) {
    const keys = Object.keys(FILTERS).join(', ');
    throw new ServiceError('InvalidFilterKey', `The following filter key is not valid: ${Key}. Valid filter keys include: [${keys}].`);
  }
  if (!filter.options.includes(Option)) {
    const options = filter.options.join(', ');
    throw new ServiceError(
      'InvalidFilterOption',
      `The following filter option is not valid: ${Option}. Valid options include: [${options}].`,
    );
  }
  if (Values.length === 0) {
    throw new ServiceError('InvalidFilterValue', `The following filter values are missing : null for filter key ${Key}.`);
  }
  return (version) => {
    const own = filter.of(version);
    return own !== undefined && Values.some((value) => (Option === 'Equals' ? own === value : own.startsWith(value)));
  };
}
