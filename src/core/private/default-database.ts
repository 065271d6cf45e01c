import type { Stack } from 'aws-cdk-lib';

/**
 * ARN of the database `default` of the AWS Glue Data Catalog, whose definition Athena reads with each query, whichever database it is about.
 * Documented: "Configure access to databases and tables in the AWS Glue Data Catalog", on the default database per Region.
 */
export function defaultDatabaseArn(stack: Stack): string {
  return stack.formatArn({ service: 'glue', resource: 'database', resourceName: 'default' });
}
