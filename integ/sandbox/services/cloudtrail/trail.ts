import { propertiesOf } from '../../assembly/properties';
import type { Assembly, JsonObject, Resource } from '../../contracts';
import { keyArn } from '../../iam/keys';
import { isTrue, objects, strings } from '../../protocol/json';
import { basicSelectors, readSelectors, type Selector } from './selectors';

/** A trail of the template. */
export interface Trail {
  readonly resource: Resource;
  readonly name: string;
  readonly arn: string;
  readonly isLogging: boolean;
  /** Whether signed digests of its files are written. */
  readonly hasDigests: boolean;
  readonly bucket: string;
  /** `prefix/`, or empty. */
  readonly prefix: string;
  readonly key?: string;
  readonly selectors: readonly Selector[];
}

export function readTrail(assembly: Assembly, resource: Resource): Trail {
  const trail = propertiesOf(assembly, resource);
  const { AdvancedEventSelectors: advanced, EventSelectors: basic } = assembly.properties(resource);
  if (advanced !== undefined && basic !== undefined) {
    throw trail.invalid('AdvancedEventSelectors', 'cannot be used together with EventSelectors');
  }
  const prefix = trail.text('S3KeyPrefix') ?? '';
  const key = keyArn(assembly, trail.raw('KMSKeyId'));
  return {
    ...{ resource, name: assembly.ref(resource), arn: assembly.attribute(resource, 'Arn'), isLogging: isTrue(trail.raw('IsLogging')) },
    ...{ bucket: trail.required('S3BucketName'), prefix: prefix === '' ? '' : `${prefix}/` },
    hasDigests: isTrue(trail.raw('EnableLogFileValidation')),
    ...(key === undefined ? {} : { key }),
    selectors: trail.attempt('AdvancedEventSelectors', () =>
      advanced === undefined ? basicSelectors(objects(basic).map(readBasic)) : readSelectors(objects(advanced)),
    ),
  };
}

/** Without selectors, a trail records all management events. */
function readBasic(selector: JsonObject) {
  return {
    management: selector.IncludeManagementEvents === undefined || isTrue(selector.IncludeManagementEvents),
    kind: String(selector.ReadWriteType ?? 'All'),
    data: objects(selector.DataResources).map(({ Type, Values }) => ({ type: String(Type), values: strings(Values) })),
  };
}
