import { randomBytes } from 'node:crypto';
import { runInNewContext } from 'node:vm';
import type { Assembly, Resource } from '../../contracts';
import { keyArn } from '../../iam/keys';
import { asObject } from '../../protocol/json';
import { ServiceError } from '../../protocol/service-error';

type Tier = 'Standard' | 'Advanced';

/** Documented: "Managing parameter tiers". */
const TIERS: Readonly<Record<Tier, { readonly bytes: number; readonly parameters: number }>> = {
  Standard: { bytes: 4096, parameters: 10_000 },
  Advanced: { bytes: 8192, parameters: 100_000 },
};
/** Documented: `PutParameter`, "ParameterMaxVersionLimitExceeded". */
const MAXIMUM_VERSIONS = 100;
const MAXIMUM_LEVELS = 15;
/** A caller's pattern that takes longer is rejected, because matching it would block the sandbox. */
const PATTERN_TIMEOUT_MS = 250;

export interface ParameterVersion {
  readonly version: number;
  readonly type: string;
  readonly value: string;
  /** Of a secure string: what is returned instead of its value without decryption. */
  readonly sealed?: string;
  readonly tier: Tier;
  readonly dataType: string;
  readonly allowedPattern?: string;
  /** The key as the caller named it. */
  readonly keyId?: string;
  /** The ARN of a customer managed key. */
  readonly key?: string;
  /** Seconds since the epoch. */
  readonly modified: number;
}

export interface Parameter {
  readonly name: string;
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly versions: readonly ParameterVersion[];
}

/** The input of PutParameter, with the types of the service's model. */
export interface PutInput {
  readonly Name: string;
  readonly Value: string;
  readonly Type?: string;
  readonly KeyId?: string;
  readonly Overwrite?: boolean;
  readonly AllowedPattern?: string;
  readonly DataType?: string;
  readonly Description?: string;
  readonly Policies?: string;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
  readonly Tier?: string;
}

/** The type, the tier and the key of a version. */
export type Encryption = Pick<ParameterVersion, 'type' | 'tier' | 'key' | 'keyId'>;

/** Parameters by ARN: `name` and `/name` have the same ARN. */
export class ParameterStore {
  private readonly parameters = new Map<string, Parameter>();

  /** @param now milliseconds since the epoch */
  public constructor(
    private readonly assembly: Assembly,
    private readonly now: () => number,
  ) {}

  public arnOf(name: string): string {
    const { partition, region, account } = this.assembly;
    return `arn:${partition}:ssm:${region}:${account}:parameter/${name.replace(/^\//, '')}`;
  }

  public find(id: string): Parameter | undefined {
    if (id.startsWith('arn:')) return this.parameters.get(id);
    const found = this.parameters.get(this.arnOf(id));
    return found?.name === id ? found : undefined;
  }

  /** All parameters, ordered by name. */
  public list(): Parameter[] {
    return [...this.parameters.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  public delete(name: string): boolean {
    const found = this.find(name);
    return found !== undefined && !name.startsWith('arn:') && this.parameters.delete(found.arn);
  }

  /** Documented: `PutParameter`. Messages are those that people have published. */
  public put(input: PutInput): ParameterVersion {
    const { Value, AllowedPattern, DataType = 'text', Overwrite = false, Tags = [] } = input;
    const name = input.Name.trim();
    const arn = this.arnOf(name);
    checkName(name, arn);
    for (const member of ['Description', 'AllowedPattern'] as const) {
      const long = (input[member]?.length ?? 0) > 1024;
      if (long)
        throw constraint(input[member], member[0].toLowerCase() + member.slice(1), 'Member must have length less than or equal to 1024');
    }
    if (Overwrite && Tags.length > 0) throw invalid(TAGS_WITH_OVERWRITE);
    const existing = this.parameters.get(arn);
    if (existing && (!Overwrite || existing.name !== name)) throw new ServiceError('ParameterAlreadyExists', ALREADY_EXISTS);
    const last = existing?.versions.at(-1);
    const encryption = this.encryptionOf(input);
    checkType(encryption, last, name);
    checkValue(encryption, Value);
    const { Policies } = input;
    if (Policies !== undefined && encryption.tier === 'Standard') throw invalid('Parameter policies need the advanced-parameter tier.');
    checkDataType(encryption.type, DataType, Value);
    const allowedPattern = AllowedPattern ?? last?.allowedPattern;
    if (allowedPattern) checkPattern(allowedPattern, encryption.type === 'StringList' ? Value.split(',') : [Value]);
    if (!existing) this.checkRoom(encryption.tier);

    const version: ParameterVersion = {
      ...{ ...encryption, version: (last?.version ?? 0) + 1, value: Value, dataType: DataType, allowedPattern },
      ...{ modified: this.now() / 1000, sealed: encryption.type === 'SecureString' ? sealed(Value) : undefined },
    };
    const tags = existing?.tags ?? Object.fromEntries(Tags.map((tag) => [tag.Key, tag.Value]));
    this.parameters.set(arn, { name, arn, tags, versions: [...(existing?.versions ?? []), version].slice(-MAXIMUM_VERSIONS) });
    return version;
  }

  /** The type, the tier and the key of the version that a request would create. */
  public encryptionOf({ Name, Type, Tier, KeyId, Value, Policies }: PutInput): Encryption {
    const last = this.parameters.get(this.arnOf(Name.trim()))?.versions.at(-1);
    const type = Type ?? last?.type;
    if (type === undefined) throw invalid('A parameter type is required when you create a parameter.');
    const large = Buffer.byteLength(Value) > TIERS.Standard.bytes || Policies !== undefined;
    const least = last?.tier ?? 'Standard';
    const tier = Tier === 'Intelligent-Tiering' ? (large ? 'Advanced' : least) : ((Tier as Tier | undefined) ?? least);
    if (tier === 'Standard' && least === 'Advanced') throw invalid(NO_DOWNGRADE);
    if (type === 'SecureString') return { type, tier, keyId: KeyId ?? 'alias/aws/ssm', key: this.keyOf(KeyId) };
    if (KeyId !== undefined) throw invalid('KeyId is required for SecureString type parameter only.');
    return { type, tier };
  }

  private keyOf(id: string | undefined): string | undefined {
    try {
      return keyArn(this.assembly, id);
    } catch (error) {
      throw new ServiceError('InvalidKeyId', (error as Error).message);
    }
  }

  private checkRoom(tier: Tier): void {
    const others = [...this.parameters.values()].filter(({ versions }) => versions.at(-1)?.tier === tier).length;
    if (others >= TIERS[tier].parameters) throw new ServiceError('ParameterLimitExceeded', LIMIT_EXCEEDED);
  }
}

/** The input of PutParameter that CloudFormation sends for a parameter of the template. */
const readParameter = (assembly: Assembly, resource: Resource): PutInput => {
  const { Name: _, Tags = {}, ...properties } = assembly.properties(resource);
  const { Value = '', ...texts } = Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, String(value)]));
  const tags = Object.entries(asObject(Tags) ?? {}).map(([Key, value]) => ({ Key, Value: String(value) }));
  return { Type: '', ...texts, Value, Name: assembly.ref(resource), Tags: tags };
};

/** Creates a parameter of the template with PutParameter, as CloudFormation does. @returns its problems */
export function putFromTemplate(store: ParameterStore, assembly: Assembly, resource: Resource): string[] {
  const input = assembly.read(resource, readParameter);
  try {
    // The message of CloudFormation's own resource provider.
    if (input.Type === 'SecureString') throw invalid('SSM Parameters of type SecureString cannot be created using CloudFormation');
    store.put(input);
    return [];
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return [`${resource.type}: ${error.message} (${resource.id})`];
  }
}

const ALREADY_EXISTS = 'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.';
const LIMIT_EXCEEDED =
  'You have exceeded the number of parameters for this Amazon Web Services account. Delete one or more parameters and try again.';
const NO_DOWNGRADE =
  "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard parameter.";
const TAGS_WITH_OVERWRITE =
  "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.";
const TYPE_MISMATCH =
  "Parameter Store doesn't support changing a parameter type in a hierarchy. For example, you can't change a parameter from a String type to a SecureString type. You must create a new, unique parameter.";
const INVALID_NAME =
  'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_';

export const invalid = (message: string) => new ServiceError('ValidationException', message);

/** The error for a value that the service's model rejects. */
export const constraint = (value: unknown, member: string, rule: string) =>
  invalid(
    `1 validation error detected: Value ${value === null ? 'null' : `'${value}'`} at '${member}' failed to satisfy constraint: ${rule}`,
  );

export const oneOf = (value: string, member: string, values: readonly string[]) => {
  if (!values.includes(value)) throw constraint(value, member, `Member must satisfy enum value set: [${values.join(', ')}]`);
};

/** Documented: "Requirements and constraints for parameter names". The 1011 characters include those of the ARN. */
function checkName(name: string, arn: string): void {
  if (/^\/aws/i.test(name)) throw new ServiceError('AccessDeniedException', `No access to reserved parameter name: ${name.slice(1)}.`);
  if (/^aws|^ssm/i.test(name)) throw invalid('Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).');
  if (/^[^/]+\//.test(name)) throw invalid('Parameter name must be a fully qualified name');
  if (/^\/ssm/i.test(name) || !/^\/?[\w.-]+(?:\/[\w.-]+)*$/.test(name)) throw invalid(INVALID_NAME);
  if (arn.length > 1011) throw invalid('Parameter name: the maximum length is 1011 characters, those of the ARN included.');
  const levels = name.split('/').filter((level) => level !== '').length;
  if (levels > MAXIMUM_LEVELS)
    throw new ServiceError('HierarchyLevelLimitExceededException', `A hierarchy can have a maximum of ${MAXIMUM_LEVELS} levels.`);
}

function checkType({ type, tier }: Encryption, last: ParameterVersion | undefined, name: string): void {
  oneOf(type, 'type', ['SecureString', 'StringList', 'String']);
  oneOf(tier, 'tier', ['Standard', 'Advanced', 'Intelligent-Tiering']);
  if (last && last.type !== type && name.startsWith('/')) throw new ServiceError('HierarchyTypeMismatchException', TYPE_MISMATCH);
}

function checkValue({ tier }: Encryption, value: string): void {
  if (value === '') throw constraint('', 'value', 'Member must have length greater than or equal to 1');
  const open = value.indexOf('{{');
  if (open !== -1 && value.includes('}}', open)) {
    throw invalid('Parameter value can\'t nest another parameter. Do not use "{{}}" in the value.');
  }
  const { bytes } = TIERS[tier];
  if (Buffer.byteLength(value) <= bytes) return;
  const upgrade =
    ' To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html';
  throw invalid(`${tier} tier parameters support a maximum parameter value of ${bytes} characters.${tier === 'Standard' ? upgrade : ''}`);
}

/** Documented: `PutParameter`, "DataType". AWS checks whether an image exists only after its response, and the sandbox not at all. */
function checkDataType(type: string, dataType: string, value: string): void {
  if (!['text', 'aws:ec2:image', 'aws:ssm:integration'].includes(dataType)) {
    throw invalid(`The following data type is not supported: ${dataType} (Data type names are all lowercase.)`);
  }
  if (dataType === 'aws:ec2:image' && (type !== 'String' || !/^ami-[0-9a-zA-Z]{8,}$/.test(value))) {
    throw invalid('The data type aws:ec2:image is for parameters of type String with the ID of an image as their value.');
  }
  if (dataType === 'aws:ssm:integration' && type !== 'SecureString') {
    throw invalid('The data type aws:ssm:integration is for parameters of type SecureString.');
  }
}

/** The whole value, or each item of a list, must match: `10,000` does not match `\d{1,4}` ("Working with parameter hierarchies"). */
function checkPattern(pattern: string, values: readonly string[]): void {
  let expression: RegExp;
  try {
    expression = new RegExp(`^(?:${pattern})$`, 'u');
  } catch {
    throw new ServiceError('InvalidAllowedPatternException', `The request does not meet the regular expression requirement: ${pattern}`);
  }
  const context = { matches: () => values.every((value) => expression.test(value)) };
  try {
    if (runInNewContext('matches()', context, { timeout: PATTERN_TIMEOUT_MS })) return;
  } catch {
    throw invalid(`The sandbox does not support an AllowedPattern that takes more than ${PATTERN_TIMEOUT_MS} ms: ${pattern}`);
  }
  throw new ServiceError('ParameterPatternMismatchException', `Parameter value, cannot be validated against allowedPattern: ${pattern}`);
}

/** Random bytes that look like a ciphertext of KMS. They do not contain the value, because the sandbox has no KMS to decrypt it. */
function sealed(value: string): string {
  return Buffer.concat([Buffer.from('0102020078', 'hex'), randomBytes(Buffer.byteLength(value) + 140)]).toString('base64');
}
