import { type IResource, JsonSchemaType, RestApi, TokenAuthorizer } from 'aws-cdk-lib/aws-apigateway';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

/** Lets in `Bearer <tenant>`: what a token proves is not what the tests that use it are about. */
const AUTHORIZER = `
exports.handler = async ({ authorizationToken, methodArn }) => {
  const tenantId = /^Bearer ([a-z0-9-]+)$/.exec(authorizationToken)?.[1];
  if (!tenantId) throw new Error('Unauthorized');
  const Resource = methodArn.split('/').slice(0, 2).join('/') + '/*';
  return {
    principalId: tenantId,
    policyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource }] },
    context: { tenantId },
  };
};`;

/** A plain REST API with a place for readings, and an authorizer that puts the tenant into its context. */
export class ReadingsApi extends RestApi {
  public readonly readings: IResource;
  public readonly authorizer: TokenAuthorizer;

  constructor(scope: Construct, id: string) {
    super(scope, id, { cloudWatchRole: false });
    const handler = new LambdaFunction(this, 'Verifier', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline(AUTHORIZER),
    });
    this.authorizer = new TokenAuthorizer(this, 'Token', { handler });
    this.readings = this.root.addResource('readings');
  }
}

/** What a reading of a sensor looks like. */
export const readingSchema = {
  type: JsonSchemaType.OBJECT,
  required: ['sensor', 'celsius'],
  properties: { sensor: { type: JsonSchemaType.STRING, minLength: 1, maxLength: 64 }, celsius: { type: JsonSchemaType.NUMBER } },
};

/** A request that brings a reading. */
export function reading(tenant: string, idempotencyKey: string, body: object) {
  return {
    method: 'POST',
    headers: { Authorization: `Bearer ${tenant}`, 'Content-Type': 'application/json', 'Idempotency-Key': idempotencyKey },
    body: JSON.stringify(body),
  };
}
