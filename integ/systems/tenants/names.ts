/** Names that the app and its runs share. */
export const NAMES = { stack: 'Tenants', noun: 'school' } as const;

/** The validity of access tokens: longer than the wait of an offboarding, so that tokens of tenants that have left are still valid. */
export const TOKEN_MINUTES = 120;

/** The item that a message becomes: all messages of a tenant are in one partition, so that one query reads them. */
export const messageKeys = {
  partitionKey: '{tenant}#MESSAGES',
  sortKey: 'MESSAGE#{idempotencyKey}',
} as const;

export const partitionOf = (tenant: string): string => `${tenant}#MESSAGES`;
