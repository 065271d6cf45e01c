/** Environment variables of the pre-token trigger: the construct writes each of them, the handler reads them. No CDK here. */
export const PRE_TOKEN_VARIABLES = ['TABLE_NAME', 'CLAIMS', 'TIERS'] as const;
