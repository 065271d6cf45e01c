import { propertiesOf } from '../../assembly/properties';
import type { Assembly, JsonObject, Resource } from '../../contracts';

export interface WorkGroup {
  readonly resource: Resource;
  readonly name: string;
  readonly enabled: boolean;
  /** Whether the settings of the group replace those of a query. */
  readonly enforced: boolean;
  readonly outputLocation?: string;
  readonly encryption?: Encryption;
  readonly cutoffBytes?: number;
}

export interface Encryption {
  readonly option: 'SSE_S3' | 'SSE_KMS';
  readonly key?: string;
}

/** The minimum of BytesScannedCutoffPerQuery. Documented: WorkGroupConfiguration (Amazon Athena API Reference). */
const LEAST_CUTOFF = 10_000_000;

export function readWorkGroup(assembly: Assembly, resource: Resource): WorkGroup {
  const group = propertiesOf(assembly, resource);
  const configuration = group.object('WorkGroupConfiguration');
  const result = configuration?.object('ResultConfiguration');
  const encryption = result?.object('EncryptionConfiguration');
  const cutoffBytes = configuration?.number('BytesScannedCutoffPerQuery');
  if (cutoffBytes !== undefined && cutoffBytes < LEAST_CUTOFF) {
    throw group.invalid('WorkGroupConfiguration.BytesScannedCutoffPerQuery', `is ${cutoffBytes}: it must be at least ${LEAST_CUTOFF}`);
  }
  const outputLocation = result?.text('OutputLocation');
  if (outputLocation !== undefined && !outputLocation.startsWith('s3://')) {
    throw group.invalid('WorkGroupConfiguration.ResultConfiguration.OutputLocation', `${outputLocation} must begin with s3://`);
  }
  return {
    ...{ resource, name: assembly.ref(resource), outputLocation, cutoffBytes },
    enabled: (group.text('State') ?? 'ENABLED') === 'ENABLED',
    enforced: configuration?.text('EnforceWorkGroupConfiguration') === undefined || configuration.flag('EnforceWorkGroupConfiguration'),
    encryption:
      encryption === undefined
        ? undefined
        : encryptionOf(
            { EncryptionOption: encryption.required('EncryptionOption'), KmsKey: encryption.text('KmsKey') ?? null },
            (problem) => encryption.invalid('EncryptionOption', problem),
          ),
  };
}

/** @throws for an option that the sandbox does not support */
export function encryptionOf({ EncryptionOption, KmsKey }: JsonObject, invalid: (problem: string) => Error): Encryption {
  if (EncryptionOption === 'SSE_S3') return { option: 'SSE_S3' };
  if (EncryptionOption === 'SSE_KMS' && typeof KmsKey === 'string') return { option: 'SSE_KMS', key: KmsKey };
  throw invalid(`${EncryptionOption} is not supported: only SSE_S3, and SSE_KMS with a key, are`);
}

export interface NamedQuery {
  readonly id: string;
  readonly workGroup: string;
  readonly description: JsonObject;
}

export function readNamedQuery(assembly: Assembly, resource: Resource): NamedQuery {
  const query = propertiesOf(assembly, resource);
  const id = assembly.ref(resource);
  const workGroup = query.text('WorkGroup') ?? 'primary';
  const own = {
    Name: query.text('Name') ?? resource.logicalId,
    Database: query.required('Database'),
    QueryString: query.required('QueryString'),
  };
  return { id, workGroup, description: { ...own, Description: query.text('Description') ?? '', NamedQueryId: id, WorkGroup: workGroup } };
}
