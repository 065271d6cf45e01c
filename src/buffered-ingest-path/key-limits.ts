// Imported by the handler, too: nothing here may import the CDK.

/** Documented: "Quotas in Amazon DynamoDB", partition key length; of a table and of an index. */
export const MAX_PARTITION_KEY_BYTES = 2_048;
/** Documented: "Quotas in Amazon DynamoDB", sort key length; of a table and of an index. */
export const MAX_SORT_KEY_BYTES = 1_024;
