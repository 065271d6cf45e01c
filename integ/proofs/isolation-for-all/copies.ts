import type { Json, Resource } from '../../sandbox';
import type { CloudAssembly } from '../../sandbox/assembly/assembly';
import { stop } from '../isolation/not-supported';
import { isObject, isSet } from './guarded';

/**
 * Properties that open data or copy it elsewhere without any policy, by type, each with the reason. They stop the proof, since what is in
 * the copy, or who reads it, is not in the policies that it reads.
 */
const WITHOUT_POLICY: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'AWS::S3::Bucket': {
    InventoryConfigurations: 'it writes the names of objects into another bucket',
    MetadataConfiguration: 'it writes the names of objects into a table',
    MetadataTableConfiguration: 'it writes the names of objects into a table',
    ReplicationConfiguration: 'it copies objects into another bucket',
  },
  'AWS::DynamoDB::Table': { KinesisStreamSpecification: 'it copies the changes of items into a stream, whose readers are not read' },
};

/** The access control lists of a bucket that give access to nobody else than its owner and the writer of its access logs. */
const OWN = ['Private', 'BucketOwnerRead', 'BucketOwnerFullControl', 'LogDeliveryWrite'];

/** @throws for a property that opens data or copies it elsewhere, by its name */
export function rejectCopies(assembly: CloudAssembly): void {
  for (const resource of assembly.resources) {
    const { type, properties } = resource;
    const copying = WITHOUT_POLICY[type] ?? {};
    for (const name of Object.keys(copying))
      if (isSet(properties[name])) stop(nameOf(resource), `${type}.${name} is not supported: ${copying[name]}`);
    if (type === 'AWS::S3::Bucket') {
      rejectList(resource);
      rejectNames(resource);
    }
    if (type === 'AWS::Backup::BackupPlan' && names(properties, 'CopyActions'))
      stop(nameOf(resource), `${type} with CopyActions is not supported: it copies backups into another vault`);
    if (type === 'AWS::Athena::WorkGroup' && names(properties, 'ManagedQueryResultsConfiguration'))
      stop(nameOf(resource), `${type} with ManagedQueryResultsConfiguration is not supported: no policy of a bucket protects its results`);
  }
}

function rejectList(resource: Resource): void {
  const list = resource.properties.AccessControl;
  if (isSet(list) && !OWN.includes(String(list)))
    stop(
      nameOf(resource),
      `AWS::S3::Bucket.AccessControl ${JSON.stringify(list)} is not supported: it opens the bucket, write a policy instead`,
    );
}

/** Access logs and events have names of objects. A name or ARN that is a text is of no resource of the assembly. */
function rejectNames({ path, id, properties: { LoggingConfiguration, NotificationConfiguration } }: Resource): void {
  const bucket = isObject(LoggingConfiguration) ? LoggingConfiguration.DestinationBucketName : undefined;
  const stops = (property: string, text: string) =>
    stop(
      path ?? id,
      `AWS::S3::Bucket.${property} to ${text} is not supported: it sends the names of objects to what is not in the assembly`,
    );
  if (typeof bucket === 'string') stops('LoggingConfiguration', bucket);
  const target = textsIn(NotificationConfiguration ?? null).find((text) => /^arn:[^:]+:(sqs|sns|lambda):/.test(text));
  if (target !== undefined) stops('NotificationConfiguration', target);
}

function textsIn(json: Json): string[] {
  if (typeof json === 'string') return [json];
  if (Array.isArray(json)) return json.flatMap(textsIn);
  return isObject(json) ? Object.values(json).flatMap(textsIn) : [];
}

function nameOf({ path, id }: Resource): string {
  return path ?? id;
}

/** Whether a property is anywhere in a value. */
function names(json: Json, name: string): boolean {
  if (Array.isArray(json)) return json.some((item) => names(item, name));
  return isObject(json) && (isSet(json[name]) || Object.values(json).some((item) => names(item, name)));
}
