import type { Method, Stage } from 'aws-cdk-lib/aws-apigateway';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { acknowledge, REGULATED, type RulePack } from '../core/private/rule-packs';

const withTls: RulePack[] = ['HIPAA.Security', 'NIST.800.53.R5', 'PCI.DSS.321'];

/** Acknowledges the findings of rule packs in the API's stage. */
export function acknowledgeStage(stage: Stage): void {
  const noLog =
    'Execution logs need a role of the whole account, and contain headers with tokens. The access log has a line for each request, with its result and the reason.';
  acknowledge(stage, ['AwsSolutions'], 'APIG6', noLog);
  acknowledge(stage, REGULATED, 'APIGWExecutionLoggingEnabled', noLog);
  acknowledge(
    stage,
    REGULATED,
    'APIGWCacheEnabledAndEncrypted',
    'Responses are not cached: they depend on the tenant, and a cache could return the response for another tenant.',
  );
  acknowledge(
    stage,
    withTls,
    'APIGWSSLEnabled',
    'A client certificate authenticates API Gateway to HTTP backends. Queues and functions are called with signed requests. The stage can be given a client certificate for an HTTP backend that requires one.',
  );
}

/** Acknowledges the findings of rule packs in a CORS preflight method. */
export function acknowledgePreflight(method: Method): void {
  const reason = 'Browsers send CORS preflight requests without a token. The response depends only on the origins in the template.';
  acknowledge(method, ['AwsSolutions'], 'APIG4', reason);
  acknowledge(method, ['AwsSolutions'], 'COG4', reason);
}

/** Acknowledges the findings of rule packs in the secret. */
export function acknowledgeSecret(secret: Secret): void {
  const reason =
    'The API keys of tenants are derived from it: scheduled rotation would invalidate all of them at once. The README describes manual rotation.';
  acknowledge(secret, ['AwsSolutions'], 'SMG4', reason);
  acknowledge(secret, ['HIPAA.Security', 'NIST.800.53.R5'], 'SecretsManagerRotationEnabled', reason);
}

/** Acknowledges the findings of rule packs in a method that anyone may call. */
export function acknowledgeAnyone(method: Method, reason: string): void {
  acknowledge(method, ['AwsSolutions'], 'APIG4', reason);
}
