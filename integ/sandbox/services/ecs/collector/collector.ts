import { join } from 'node:path';
import type { JsonObject } from '../../../contracts';
import { asObject, objectOf, objects, strings } from '../../../protocol/json';
import type { ImageSource } from '../images/build';
import type { ContainerDefinition } from '../task-definition';

/** The collector of the AWS Distro for OpenTelemetry. A receiver with its exporters for AWS runs in its place. */
const ADOT = /^public\.ecr\.aws\/aws-observability\/aws-otel-collector(?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?$/;
const CONFIGURATION = 'AOT_CONFIG_CONTENT';

/** The settings of each component that the receiver supports. What is not listed is rejected by name. */
const COMPONENTS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  receivers: { otlp: ['protocols'] },
  processors: {
    batch: ['timeout', 'send_batch_size', 'send_batch_max_size'],
    memory_limiter: ['check_interval', 'limit_mib', 'spike_limit_mib', 'limit_percentage', 'spike_limit_percentage'],
    resourcedetection: ['detectors'],
    attributes: ['actions'],
    resource: ['attributes'],
  },
  extensions: { sigv4auth: ['service', 'region'] },
  exporters: {
    awsxray: ['indexed_attributes', 'region'],
    awsemf: ['namespace', 'log_group_name', 'log_stream_name', 'dimension_rollup_option', 'region'],
    otlphttp: ['metrics_endpoint', 'auth'],
  },
};
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  otlp: ['protocols'],
  resourcedetection: ['detectors'],
  attributes: ['actions'],
  resource: ['attributes'],
  sigv4auth: ['service', 'region'],
  otlphttp: ['metrics_endpoint', 'auth'],
  awsemf: ['namespace', 'log_group_name', 'log_stream_name'],
};
/** The settings of each action of the processor `attributes`. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  insert: ['from_attribute', 'value'],
  convert: ['converted_type'],
  extract: ['pattern'],
};
const METRICS_ENDPOINT = /^https:\/\/monitoring\.[a-z0-9-]+\.[a-z.]+\/v1\/metrics$/;
const EXPORTERS: Readonly<Record<string, readonly string[]>> = { traces: ['awsxray'], metrics: ['awsemf', 'otlphttp'] };

/** The image of the receiver, for the name of the collector. */
export function collectorImage(uri: string): ImageSource | undefined {
  return ADOT.test(uri) ? { folder: join(__dirname, 'image'), dockerfile: 'Dockerfile', args: {} } : undefined;
}

/** What the configuration of a collector has that the receiver does not support, one sentence each. Nothing for other containers. */
export function collectorProblems({ image, environment, command, entryPoint }: ContainerDefinition): string[] {
  if (!ADOT.test(image)) return [];
  if (command !== undefined || entryPoint !== undefined)
    return [`a command of the collector is not supported: give its configuration in ${CONFIGURATION}`];
  const text = environment.find(([name]) => name === CONFIGURATION)?.[1];
  const configuration = asObject(text);
  if (configuration === undefined)
    return [`${CONFIGURATION} must be JSON in the container's environment: the receiver in place of the collector reads no other`];
  return [...unknownSettings(configuration), ...unsupportedValues(configuration), ...pipelineProblems(configuration)].map(
    (problem) => `${CONFIGURATION}: ${problem}`,
  );
}

function unknownSettings(configuration: JsonObject): string[] {
  const sections = Object.keys(configuration).filter((name) => name !== 'service' && COMPONENTS[name] === undefined);
  const components = Object.entries(COMPONENTS).flatMap(([section, known]) =>
    Object.entries(objectOf(configuration[section])).flatMap(([name, value]) => {
      const settings = known[typeOf(name)];
      if (settings === undefined) return [`${section} ${name} is not supported: use ${Object.keys(known).join(', ')}`];
      const given = Object.keys(objectOf(value));
      return [
        ...given.filter((one) => !settings.includes(one)).map((one) => `${section}.${name}.${one} is not supported`),
        ...(REQUIRED[typeOf(name)] ?? []).filter((one) => !given.includes(one)).map((one) => `${section}.${name} has no ${one}`),
      ];
    }),
  );
  return [...sections.map((name) => `${name} is not supported`), ...components];
}

function unsupportedValues({ receivers, processors, exporters, extensions, service }: JsonObject): string[] {
  const of = (components: JsonObject[string] | undefined, type: string) =>
    Object.entries(objectOf(components)).flatMap(([name, value]) => (typeOf(name) === type ? [objectOf(value)] : []));
  return [
    ...of(receivers, 'otlp').flatMap(({ protocols }) =>
      Object.entries(objectOf(protocols)).flatMap(([name, settings]) => [
        ...(name === 'grpc' || name === 'http' ? [] : [`the protocol ${name} is not supported`]),
        ...without(['endpoint'], Object.keys(objectOf(settings))).map((one) => `protocols.${name}.${one} is not supported`),
      ]),
    ),
    ...of(processors, 'batch').flatMap(({ timeout = '200ms' }) =>
      /^\d+(ms|s)$/.test(String(timeout)) ? [] : [`the timeout ${String(timeout)} of a batch is not supported: use seconds, such as 5s`],
    ),
    ...of(processors, 'resourcedetection').flatMap(({ detectors }) =>
      without(['env', 'ecs'], strings(detectors)).map((one) => `the detector ${one} is not supported`),
    ),
    ...of(processors, 'attributes').flatMap(({ actions }) =>
      objects(actions).flatMap(({ action, key: _, ...settings }) => {
        const known = ACTIONS[String(action)];
        if (known === undefined) return [`the action ${String(action)} of attributes is not supported`];
        return without(known, Object.keys(settings)).map((one) => `${one} of the action ${String(action)} is not supported`);
      }),
    ),
    ...of(processors, 'attributes').flatMap(({ actions }) =>
      objects(actions).flatMap(({ converted_type: type = 'string' }) =>
        type === 'string' ? [] : [`the converted_type ${String(type)} is not supported`],
      ),
    ),
    ...of(processors, 'resource').flatMap(({ attributes }) =>
      objects(attributes).flatMap(({ action, pattern }) =>
        action === 'delete' && typeof pattern === 'string'
          ? []
          : [`the action ${String(action)} of resource is not supported: use delete with a pattern`],
      ),
    ),
    ...of(exporters, 'otlphttp').flatMap(({ metrics_endpoint: url, auth }) => {
      const authenticator = String(objectOf(auth).authenticator);
      return [
        ...(METRICS_ENDPOINT.test(String(url)) ? [] : [`the metrics_endpoint ${String(url)} is not that of CloudWatch`]),
        ...(strings(objectOf(service).extensions).includes(authenticator) && objectOf(extensions)[authenticator] !== undefined
          ? []
          : [`the exporter otlphttp authenticates by ${authenticator}, which service.extensions and extensions lack`]),
      ];
    }),
    ...of(exporters, 'awsemf').flatMap(({ dimension_rollup_option: option }) =>
      option === 'NoDimensionRollup' ? [] : ['exporters.awsemf.dimension_rollup_option must be NoDimensionRollup here'],
    ),
  ];
}

function pipelineProblems(configuration: JsonObject): string[] {
  const service = objectOf(configuration.service);
  const pipelines = Object.entries(objectOf(service.pipelines));
  return [
    ...without(['telemetry', 'extensions', 'pipelines'], Object.keys(service)).map((one) => `service.${one} is not supported`),
    ...(pipelines.length === 0 ? ['service.pipelines is empty'] : []),
    ...pipelines.flatMap(([name, pipeline]) => {
      const known = EXPORTERS[name];
      if (known === undefined) return [`the pipeline ${name} is not supported: use traces and metrics`];
      const { exporters, processors, receivers } = objectOf(pipeline);
      const defined = (section: string, names: readonly string[]) =>
        without(Object.keys(objectOf(configuration[section])), names).map(
          (one) => `the pipeline ${name} names ${one}, which ${section} lacks`,
        );
      return [
        ...strings(exporters)
          .filter((one) => !known.includes(typeOf(one)))
          .map(
            (one) => `the pipeline ${name} exports to ${one}: only ${known.join(' and ')} ${known.length === 1 ? 'is' : 'are'} supported`,
          ),
        ...[
          ...defined('receivers', strings(receivers)),
          ...defined('processors', strings(processors)),
          ...defined('exporters', strings(exporters)),
        ],
      ];
    }),
  ];
}

/** A component has a type and, after a slash, a name: `attributes/identity`. */
function typeOf(name: string): string {
  return name.split('/')[0];
}

function without(known: readonly string[], names: readonly string[]): string[] {
  return names.filter((name) => !known.includes(name));
}
