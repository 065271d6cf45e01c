import type { JsonObject, Resource } from '../../contracts';

/** Documented: «General purpose bucket naming rules» (Amazon S3 User Guide). */
const NAME = /^(?!xn--|sthree-|amzn-s3-demo-|(\d+\.){3}\d+$)[a-z0-9](?!.*\.\.)[a-z0-9.-]{1,61}[a-z0-9]$/;

/** Paths that the engine takes for another of its services. */
const TAKEN = /^(iceberg.*|restapis?|oauth2|login|logout|health|v20180820|environments|metrics|webtoken|clitoken|key-value-stores)$/;

/** What S3 would reject in one bucket, or what the engine cannot serve. */
export function bucketProblems({ type, id }: Resource, { BucketName }: JsonObject): string[] {
  if (BucketName === undefined) {
    return [];
  }
  const name = String(BucketName);
  const value = `${type}.BucketName ${JSON.stringify(BucketName)}`;
  return [
    ...(NAME.test(name) ? [] : [`${value} is not 3 to 63 lower-case letters, digits, dots and hyphens as buckets are named (${id})`]),
    ...(TAKEN.test(name) ? [`${value} is the path of another service of the engine (${id})`] : []),
  ];
}
