/** Environment variables of the pre-token trigger. Imported by the handler, too: nothing here may import the CDK. */
export const PRE_TOKEN_VARIABLES = ['TABLE_NAME', 'CLAIMS', 'TIERS'] as const;
