/** The environment variables of the function that runs migrations. */
export const MIGRATION_ENVIRONMENT = ['CLUSTER', 'SUBNETS', 'SECURITY_GROUP', 'LOG_GROUP'] as const;
