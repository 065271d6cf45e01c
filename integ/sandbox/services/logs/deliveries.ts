import { propertiesOf, readEach } from '../../assembly/properties';
import { supported } from '../../assembly/resource-types';
import type { Assembly, Identity, LogDelivery, Resource, ResourceType } from '../../contracts';

const TAGS = ['template only: the sandbox does not read tags', 'Tags'] as const;
const SOURCE = 'AWS::Logs::DeliverySource';
const DESTINATION = 'AWS::Logs::DeliveryDestination';
const DELIVERY = 'AWS::Logs::Delivery';

const nameOf = (of: Identity): string => of.name('Name', 60);
const arnOf =
  (kind: string) =>
  (of: Identity): string =>
    `arn:aws:logs:${of.region}:${of.account}:${kind}:${kind === 'delivery' ? of.token(16) : nameOf(of)}`;

/** Logs that services deliver: of a resource, to a log group. */
export const deliveryTypes: ResourceType[] = [
  {
    type: SOURCE,
    support: 'runs',
    reason: 'the access logs of a load balancer; nothing else here delivers',
    properties: supported(
      ['runs', 'LogType Name ResourceArn'],
      ['AWS only: no load balancer reads it', 'DeliverySourceConfiguration'],
      TAGS,
    ),
    ref: nameOf,
    attributes: { Arn: arnOf('delivery-source'), Service: () => 'elasticloadbalancing' },
  },
  {
    type: DESTINATION,
    support: 'runs',
    reason: 'a log group',
    properties: supported(
      ['runs', 'DeliveryDestinationType DestinationResourceArn Name OutputFormat'],
      ['AWS only: one account runs here', 'DeliveryDestinationPolicy.{DeliveryDestinationName,DeliveryDestinationPolicy}'],
      TAGS,
    ),
    ref: nameOf,
    attributes: { Arn: arnOf('delivery-destination') },
  },
  {
    type: DELIVERY,
    support: 'runs',
    reason: 'connects a source with a destination',
    properties: supported(
      ['runs', 'DeliveryDestinationArn DeliverySourceName FieldDelimiter RecordFields'],
      ['AWS only: nothing is delivered to buckets this way', 'S3EnableHiveCompatiblePath S3SuffixPath'],
      TAGS,
    ),
    ref: (of) => of.token(16),
    attributes: { Arn: arnOf('delivery'), DeliveryId: (of) => of.token(16) },
  },
];

function readSource(assembly: Assembly, resource: Resource) {
  const source = propertiesOf(assembly, resource);
  const logType = source.required('LogType');
  if (logType !== 'ALB_ACCESS_LOGS') throw source.invalid('LogType', `${logType} is not supported`);
  return { name: assembly.ref(resource), logType, resourceArn: source.required('ResourceArn') };
}

function readDestination(assembly: Assembly, resource: Resource) {
  const destination = propertiesOf(assembly, resource);
  const arn = destination.required('DestinationResourceArn');
  const group = /^arn:[^:]+:logs:[^:]+:\d+:log-group:([^:]+)/.exec(arn)?.[1];
  if (group === undefined) throw destination.invalid('DestinationResourceArn', `${arn} is not supported: only log groups are`);
  const format = destination.text('OutputFormat') ?? 'json';
  if (format !== 'json' && format !== 'plain') throw destination.invalid('OutputFormat', `${format} is not supported`);
  return { arn: assembly.attribute(resource, 'Arn'), group, format } as const;
}

function readDelivery(assembly: Assembly, resource: Resource) {
  const delivery = propertiesOf(assembly, resource);
  const delimiter = delivery.text('FieldDelimiter');
  if (delimiter !== undefined && delimiter !== ' ') throw delivery.invalid('FieldDelimiter', `${delimiter} is not supported`);
  const fields = delivery.raw('RecordFields');
  return {
    sourceName: delivery.required('DeliverySourceName'),
    destinationArn: delivery.required('DeliveryDestinationArn'),
    fields: Array.isArray(fields) && fields.length > 0 ? fields.map(String) : undefined,
  };
}

export const DELIVERY_READERS = [
  [SOURCE, readSource],
  [DESTINATION, readDestination],
  [DELIVERY, readDelivery],
] as const;

/** The log groups that get the logs of a resource. */
export function deliveriesOf(assembly: Assembly, resourceArn: string, logType: string): LogDelivery[] {
  const sources = readEach(assembly, SOURCE, readSource).filter(
    (source) => source.resourceArn === resourceArn && source.logType === logType,
  );
  const destinations = readEach(assembly, DESTINATION, readDestination);
  return readEach(assembly, DELIVERY, readDelivery).flatMap(({ sourceName, destinationArn, fields }) => {
    const destination = destinations.find(({ arn }) => arn === destinationArn);
    if (!destination || !sources.some(({ name }) => name === sourceName)) return [];
    return [{ group: destination.group, format: destination.format, fields }];
  });
}
