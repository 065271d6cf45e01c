import { propertiesOf } from '../../assembly/properties';
import type { Assembly, Resource } from '../../contracts';
import { findFunction, functionArnOf, wholeNumber } from './configuration';

/** The configuration of asynchronous invocation, from AWS::Lambda::EventInvokeConfig. */
export interface InvokeConfig {
  readonly functionArn: string;
  readonly qualifier: string;
  readonly retries: number;
  readonly maximumAgeSeconds: number;
  readonly onSuccess?: Destination;
  readonly onFailure?: Destination;
}

export interface Destination {
  readonly kind: 'queue' | 'function';
  readonly arn: string;
}

/** Documented: "How Lambda handles errors and retries with asynchronous invocation". */
export const DEFAULTS = { retries: 2, maximumAgeSeconds: 21_600 };
const LATEST = '$LATEST';

/**
 * Reads an AWS::Lambda::EventInvokeConfig.
 *
 * @throws if AWS would reject it or the sandbox does not support it
 */
export function readInvokeConfig(assembly: Assembly, resource: Resource): InvokeConfig {
  const properties = propertiesOf(assembly, resource);
  const name = properties.required('FunctionName');
  const functionArn = functionArnOf(assembly, name);
  if (findFunction(assembly, name) === undefined) {
    const why = assembly.whyLeftOut(functionArn);
    throw properties.invalid('FunctionName', why ?? `${name} is not a function of this assembly`);
  }
  const whole = (property: string, least: number, most: number) =>
    wholeNumber(`${resource.type}.${property}`, properties.raw(property), least, most, resource);
  const config = properties.object('DestinationConfig');
  const destination = (property: string): Destination | undefined => {
    const arn = config?.object(property)?.text('Destination');
    if (arn === undefined) return undefined;
    const type = assembly.byArn(arn.split(':').slice(0, 7).join(':'))?.type;
    if (type === 'AWS::SQS::Queue') return { kind: 'queue', arn };
    if (type === 'AWS::Lambda::Function') return { kind: 'function', arn };
    const why = assembly.whyLeftOut(arn) ?? `${arn} is not supported: it must be a queue or a function of this assembly`;
    throw properties.invalid(`DestinationConfig.${property}.Destination`, why);
  };
  return {
    functionArn,
    qualifier: properties.text('Qualifier') ?? LATEST,
    retries: whole('MaximumRetryAttempts', 0, 2) ?? DEFAULTS.retries,
    maximumAgeSeconds: whole('MaximumEventAgeInSeconds', 60, 21_600) ?? DEFAULTS.maximumAgeSeconds,
    onSuccess: destination('OnSuccess'),
    onFailure: destination('OnFailure'),
  };
}

/** The configuration of the version or alias with the invoked ARN; undefined if it has none. */
export function invokeConfigOf(assembly: Assembly, invokedArn: string): InvokeConfig | undefined {
  const functionArn = functionArnOf(assembly, invokedArn);
  const qualifier = (invokedArn.startsWith('arn:') ? invokedArn.split(':')[7] : undefined) ?? LATEST;
  return assembly
    .ofType('AWS::Lambda::EventInvokeConfig')
    .map((resource) => readInvokeConfig(assembly, resource))
    .find((config) => config.functionArn === functionArn && config.qualifier === qualifier);
}
