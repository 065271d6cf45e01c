import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { JsonSchemaType, JsonSchemaVersion, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { BufferedIngestPath, IngestKeys, Tenancy, TenantTable, Tier } from 'cdk-andamio';
import type { Construct } from 'constructs';
import { SchoolTokenAuthorizer } from './school-token-authorizer';

export interface SchoolPlatformProps extends StackProps {
  /** The Ed25519 public key of whoever issues the schools' tokens: DER (SPKI) in base64. */
  readonly tokenPublicKey: string;
}

/** A platform that many schools share and none can see through: so far its second path, the burst at recess. */
export class SchoolPlatform extends Stack {
  constructor(scope: Construct, id: string, props: SchoolPlatformProps) {
    super(scope, id, props);
    const tenancy = new Tenancy({ tenant: 'school', tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });

    const data = new TenantTable(this, 'Data', { tenancy, timeToLive: Duration.days(30) });
    const visits = new BufferedIngestPath(this, 'Visits', {
      destination: data,
      keys: IngestKeys.of({ partitionKey: '{tenant}#STUDENT#{body.student}', sortKey: 'VISIT#{idempotencyKey}' }),
      schema: {
        schema: JsonSchemaVersion.DRAFT4,
        type: JsonSchemaType.OBJECT,
        required: ['student', 'page'],
        properties: {
          student: { type: JsonSchemaType.STRING, minLength: 1, maxLength: 64 },
          page: { type: JsonSchemaType.STRING, maxLength: 256 },
        },
      },
    });

    const api = new RestApi(this, 'Api', { cloudWatchRole: false });
    const { authorizer } = new SchoolTokenAuthorizer(this, 'Authorizer', { publicKey: props.tokenPublicKey });
    visits.addRoute(api.root.addResource('visits'), 'POST', { authorizer });

    new CfnOutput(this, 'VisitsUrl', { value: api.urlForPath('/visits') });
  }
}
