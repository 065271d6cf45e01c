import type { Assembly, Json, JsonObject, Resource } from '../../contracts';
import { objectOf, strings } from '../../protocol/json';

/** The location of code: in the template, or an asset. */
export type CodeLocation = { readonly inline: string } | { readonly bucket: string; readonly key: string };

/** The configuration of a function, from its template. */
export interface FunctionConfiguration {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly runtime: string;
  /** The runtime that the sandbox uses: the oldest supported one if `runtime` is older. */
  readonly runsOn: string;
  /** The contents of its layers, in order. */
  readonly layers: readonly CodeLocation[];
  readonly handler: string;
  readonly code: CodeLocation;
  readonly roleArn: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly environment: Readonly<Record<string, string>>;
  /** The customer managed key that encrypts `environment`. */
  readonly environmentKeyArn?: string;
  /** The queue that receives failed asynchronous events. */
  readonly deadLetterArn?: string;
  readonly reservedConcurrency?: number;
  /** Whether it may invoke itself through a queue. */
  readonly allowsLoops: boolean;
  /** Where its connections start; undefined for a function without a VPC. */
  readonly vpc?: { readonly subnetIds: readonly string[]; readonly securityGroupIds: readonly string[] };
  readonly logGroup: string;
  readonly logFormat: 'Text' | 'JSON';
  readonly applicationLogLevel: string;
  readonly systemLogLevel: string;
}

const NODE_RUNTIMES = ['nodejs20.x', 'nodejs22.x', 'nodejs24.x'];
const PYTHON_RUNTIMES = ['python3.10', 'python3.11', 'python3.12', 'python3.13', 'python3.14'];
const RUNTIMES = [...NODE_RUNTIMES, ...PYTHON_RUNTIMES];
/** Documented: "Lambda runtimes", deprecated runtimes. They run on the oldest one of their language that the sandbox has. */
const OLDER_RUNTIMES: readonly (readonly [RegExp, string])[] = [
  [/^nodejs(?:10|12|14|16|18)\.x$/, NODE_RUNTIMES[0]],
  [/^python3\.[6-9]$/, PYTHON_RUNTIMES[0]],
];
/** Documented: "Working with Lambda environment variables", reserved environment variables. */
const RESERVED =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_(DEFAULT_)?REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_(FUNCTION_(NAME|MEMORY_SIZE|VERSION)|INITIALIZATION_TYPE|LOG_(GROUP|STREAM)_NAME|RUNTIME_API)|AWS_ACCESS_KEY(_ID)?|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|LAMBDA_(TASK_ROOT|RUNTIME_DIR))$/;

/**
 * Reads an AWS::Lambda::Function.
 *
 * @throws if the sandbox can't run it, with the property, the value and the resource
 */
export function readFunction(assembly: Assembly, resource: Resource): FunctionConfiguration {
  const properties = assembly.properties(resource);
  const invalid = (property: string, why: string): never => {
    throw new Error(`AWS::Lambda::Function.${property} is not supported (${resource.id}): ${why}`);
  };
  for (const property of ['ImageConfig', 'FileSystemConfigs', 'SnapStart', 'CapacityProviderConfig', 'DurableConfig', 'TenancyConfig']) {
    if (properties[property] !== undefined) {
      invalid(property, 'the sandbox only runs functions from their own code');
    }
  }
  if (properties.PackageType !== undefined && properties.PackageType !== 'Zip') {
    invalid('PackageType', `${text(properties.PackageType)}; it must be Zip`);
  }
  const runtime = text(properties.Runtime) ?? 'none';
  if (!isRuntime(runsOn(runtime))) {
    invalid('Runtime', `${runtime}; it must be one of ${RUNTIMES.join(', ')}`);
  }
  const name = assembly.ref(resource);
  const whole = (property: string, least: number, most: number) =>
    wholeNumber(`AWS::Lambda::Function.${property}`, properties[property], least, most, resource);
  const logging = objectOf(properties.LoggingConfig);
  const environment = textsOf(objectOf(objectOf(properties.Environment).Variables));
  const reserved = Object.keys(environment).find((key) => RESERVED.test(key));
  if (reserved !== undefined) {
    invalid(`Environment.Variables.${reserved}`, 'Lambda reserves this name');
  }
  const deadLetterArn = text(objectOf(properties.DeadLetterConfig).TargetArn);
  if (deadLetterArn !== undefined && deadLetterArn.split(':')[2] !== 'sqs') {
    invalid('DeadLetterConfig.TargetArn', `${deadLetterArn}; it must be a queue`);
  }
  return {
    id: resource.id,
    arn: assembly.attribute(resource, 'Arn'),
    name,
    runtime,
    runsOn: runsOn(runtime),
    layers: strings(properties.Layers).map((arn) => layerOf(assembly, arn, invalid)),
    handler: text(properties.Handler) ?? invalid('Handler', 'it is required'),
    code: codeOf(objectOf(properties.Code), invalid),
    roleArn: text(properties.Role) ?? invalid('Role', 'it is required'),
    timeoutSeconds: whole('Timeout', 1, 900) ?? 3,
    memoryMegabytes: whole('MemorySize', 128, 10_240) ?? 128,
    environment,
    environmentKeyArn: text(properties.KmsKeyArn),
    deadLetterArn,
    reservedConcurrency: whole('ReservedConcurrentExecutions', 0, Number.MAX_SAFE_INTEGER),
    allowsLoops: properties.RecursiveLoop === 'Allow',
    vpc: vpcOf(objectOf(properties.VpcConfig)),
    logGroup: text(logging.LogGroup) ?? `/aws/lambda/${name}`,
    logFormat: logging.LogFormat === 'JSON' ? 'JSON' : 'Text',
    applicationLogLevel: text(logging.ApplicationLogLevel) ?? 'INFO',
    systemLogLevel: text(logging.SystemLogLevel) ?? 'INFO',
  };
}

/** The runtime that the sandbox uses for another one. */
export const runsOn = (runtime: string): string => OLDER_RUNTIMES.find(([older]) => older.test(runtime))?.[1] ?? runtime;

export const isRuntime = (runtime: string): boolean => RUNTIMES.includes(runtime);

function vpcOf({ SubnetIds, SecurityGroupIds }: JsonObject): FunctionConfiguration['vpc'] {
  const subnetIds = strings(SubnetIds);
  return subnetIds.length === 0 ? undefined : { subnetIds, securityGroupIds: strings(SecurityGroupIds) };
}

function codeOf(code: JsonObject, invalid: (property: string, why: string) => never): CodeLocation {
  const inline = text(code.ZipFile);
  if (inline !== undefined) {
    return { inline };
  }
  const bucket = text(code.S3Bucket);
  const key = text(code.S3Key);
  return bucket !== undefined && key !== undefined ? { bucket, key } : invalid('Code', 'it must have ZipFile, or S3Bucket and S3Key');
}

/** The content of a layer, which must be a resource of the assembly, because no other is on this machine. */
function layerOf(assembly: Assembly, arn: string, invalid: (property: string, why: string) => never): CodeLocation {
  const layer = assembly.byArn(arn);
  if (layer?.type !== 'AWS::Lambda::LayerVersion') return invalid('Layers', `${arn} is not a layer of this assembly`);
  const { S3Bucket, S3Key } = objectOf(assembly.properties(layer).Content);
  return { bucket: String(S3Bucket), key: String(S3Key) };
}

const text = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined);

/**
 * A whole number in the range that the service accepts.
 *
 * @throws for any other value, with the property, the value and the resource
 */
export function wholeNumber(property: string, value: Json | undefined, least: number, most: number, { id }: Resource): number | undefined {
  const found = number(value);
  if (found !== undefined && (value === '' || !Number.isInteger(found) || found < least || found > most)) {
    const range = most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `from ${least} to ${most}`;
    throw new Error(`${property} is ${JSON.stringify(value)} (${id}): it must be a whole number ${range}`);
  }
  return found;
}

/** The unqualified ARN of a function, from a name, a partial ARN, or an ARN with a version or an alias. */
export function functionArnOf({ partition, region, account }: Assembly, nameOrArn: string): string {
  const parts = nameOrArn.split(':');
  const name = (nameOrArn.startsWith('arn:') ? parts[6] : parts.length > 2 ? parts[2] : parts[0]) ?? nameOrArn;
  return `arn:${partition}:lambda:${region}:${account}:function:${name}`;
}

/** Finds the AWS::Lambda::Function with a name or an ARN. */
export function findFunction(assembly: Assembly, nameOrArn: string): Resource | undefined {
  const resource = assembly.byArn(functionArnOf(assembly, nameOrArn));
  return resource?.type === 'AWS::Lambda::Function' ? resource : undefined;
}

/** A number, which CloudFormation also accepts as a string. */
export function number(value: Json | undefined): number | undefined {
  return value === undefined || value === null ? undefined : Number(value);
}

function textsOf(values: JsonObject): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]));
}
