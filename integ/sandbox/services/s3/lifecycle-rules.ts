import type { Json, JsonObject } from '../../contracts';
import { isTrue, objectOf, objects } from '../../protocol/json';

/** When something happens: after days, or on a date. */
interface When {
  readonly days?: number;
  readonly date?: number;
}

interface Transition extends When {
  readonly storageClass: string;
}

/** An enabled rule of a bucket. */
export interface LifecycleRule {
  readonly prefix: string;
  readonly largerThan?: number;
  readonly smallerThan?: number;
  readonly expiration?: When;
  /** Whether a delete marker without versions is removed. */
  readonly removesMarkers: boolean;
  readonly transitions: readonly Transition[];
  readonly noncurrent?: { readonly days: number; readonly newer: number };
  readonly noncurrentTransitions: readonly (Transition & { readonly newer: number })[];
  /** Days until an incomplete multipart upload is aborted. */
  readonly abortDays?: number;
}

export interface Lifecycle {
  readonly rules: readonly LifecycleRule[];
  /** The smallest object that a rule without sizes of its own moves into a storage class. */
  smallest(storageClass: string): number;
}

/** A version of an object, by the clock of the sandbox. */
export interface Version {
  readonly key: string;
  readonly versionId: string;
  readonly isMarker: boolean;
  readonly size: number;
  readonly createdAt: number;
  readonly storageClass: string;
}

/** What a rule does with a version, and when it is due. */
export type LifecycleAction =
  | { readonly kind: 'expire' | 'remove'; readonly at: number }
  | { readonly kind: 'transition'; readonly at: number; readonly storageClass: string };

const DAY_MS = 24 * 3_600_000;
/** Documented: TransitionDefaultMinimumObjectSize, `all_storage_classes_128K` since September 2024. */
const SMALLEST = 128 * 1024;
/** Classes whose objects cannot be read before they are restored. */
export const ARCHIVES = ['GLACIER', 'DEEP_ARCHIVE'];
/** Documented: "Transitioning objects using Amazon S3 Lifecycle", the waterfall: an object only moves on. */
const CLASSES = ['STANDARD', 'STANDARD_IA', 'INTELLIGENT_TIERING', 'ONEZONE_IA', 'GLACIER_IR', ...ARCHIVES];

/** The enabled rules of a bucket, except those with tags, which the sandbox does not evaluate. */
export function lifecycleOf(configuration: Json | undefined): Lifecycle {
  const { Rules, TransitionDefaultMinimumObjectSize } = objectOf(configuration);
  const varies = TransitionDefaultMinimumObjectSize === 'varies_by_storage_class';
  return {
    rules: objects(Rules)
      .filter(({ Status, TagFilters }) => Status === 'Enabled' && objects(TagFilters).length === 0)
      .map(ruleOf),
    smallest: (storageClass) => (varies && ARCHIVES.includes(storageClass) ? 0 : SMALLEST),
  };
}

function ruleOf(rule: JsonObject): LifecycleRule {
  const number = (value: Json | undefined) => (value === undefined ? undefined : Number(value));
  const date = (value: Json | undefined) => (value === undefined ? undefined : Date.parse(String(value)));
  const { NoncurrentVersionExpiration: noncurrent, AbortIncompleteMultipartUpload: abort } = rule;
  const noncurrentDays = number(objectOf(noncurrent).NoncurrentDays) ?? number(rule.NoncurrentVersionExpirationInDays);
  const one = (value: Json | undefined) => (value === undefined ? [] : [objectOf(value)]);
  const expiration = { days: number(rule.ExpirationInDays), date: date(rule.ExpirationDate) };
  return {
    prefix: String(rule.Prefix ?? ''),
    largerThan: number(rule.ObjectSizeGreaterThan),
    smallerThan: number(rule.ObjectSizeLessThan),
    ...(expiration.days === undefined && expiration.date === undefined ? {} : { expiration }),
    removesMarkers: isTrue(rule.ExpiredObjectDeleteMarker),
    transitions: [...objects(rule.Transitions), ...one(rule.Transition)].map((transition) => ({
      ...{ days: number(transition.TransitionInDays), date: date(transition.TransitionDate) },
      storageClass: String(transition.StorageClass),
    })),
    ...(noncurrentDays === undefined
      ? {}
      : { noncurrent: { days: noncurrentDays, newer: number(objectOf(noncurrent).NewerNoncurrentVersions) ?? 0 } }),
    noncurrentTransitions: [...objects(rule.NoncurrentVersionTransitions), ...one(rule.NoncurrentVersionTransition)].map((transition) => ({
      ...{ days: number(transition.TransitionInDays), newer: number(transition.NewerNoncurrentVersions) ?? 0 },
      storageClass: String(transition.StorageClass),
    })),
    abortDays: number(objectOf(abort).DaysAfterInitiation),
  };
}

/**
 * The time at which a rule applies to what happened at a time. Documented: "Lifecycle rules: Based on an object's age": the days are added
 * to the time, and the result is rounded to the next day, at midnight UTC.
 */
export function dueAt(at: number, { days, date }: When): number {
  return date ?? (Math.floor((at + (days ?? 0) * DAY_MS) / DAY_MS) + 1) * DAY_MS;
}

/** The next midnight UTC. */
export function nextMidnight(at: number): number {
  return dueAt(at, { days: 0 });
}

/**
 * What the rules do next with a version of an object.
 *
 * @param versions all versions of the object, the current one first
 * @param index of the version
 * @param isVersioned whether the bucket keeps versions
 */
export function actionOn(
  { rules, smallest }: Lifecycle,
  versions: readonly Version[],
  index: number,
  isVersioned: boolean,
): LifecycleAction | undefined {
  const version = versions[index];
  const { key, size, createdAt, isMarker } = version;
  const actions: LifecycleAction[] = [];
  for (const rule of rules) {
    const { largerThan = -1, smallerThan = Number.POSITIVE_INFINITY } = rule;
    const hasSizes = rule.largerThan !== undefined || rule.smallerThan !== undefined;
    if (!key.startsWith(rule.prefix) || !(isMarker || (size > largerThan && size < smallerThan))) continue;
    const moved = (transitions: readonly Transition[], since: number) => {
      for (const { storageClass, ...when } of transitions) {
        const isLater = CLASSES.indexOf(storageClass) > CLASSES.indexOf(version.storageClass);
        if (isLater && !isMarker && (hasSizes || size >= smallest(storageClass)))
          actions.push({ kind: 'transition', at: dueAt(since, when), storageClass });
      }
    };
    if (index > 0) {
      // It became noncurrent when the next version was created.
      const since = versions[index - 1].createdAt;
      const newer = index - 1;
      if (rule.noncurrent !== undefined && newer >= rule.noncurrent.newer)
        actions.push({ kind: 'remove', at: dueAt(since, rule.noncurrent) });
      moved(
        rule.noncurrentTransitions.filter((transition) => newer >= transition.newer),
        since,
      );
    } else if (!isMarker) {
      if (rule.expiration !== undefined) actions.push({ kind: isVersioned ? 'expire' : 'remove', at: dueAt(createdAt, rule.expiration) });
      moved(rule.transitions, createdAt);
    } else if (versions.length === 1) {
      if (rule.removesMarkers) actions.push({ kind: 'remove', at: nextMidnight(createdAt) });
      if (rule.expiration !== undefined) actions.push({ kind: 'remove', at: dueAt(createdAt, rule.expiration) });
    }
  }
  // Documented: "Conflicts in lifecycle configurations": a removal comes before a transition.
  const order = (action: LifecycleAction) => (action.kind === 'transition' ? 1 : 0);
  return actions.sort((a, b) => a.at - b.at || order(a) - order(b))[0];
}
