import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { Architecture, type IFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { TenantRole, TenantTable } from 'cdk-andamio';
import { Construct } from 'constructs';

export interface EvaluationsProps {
  readonly data: TenantTable;
  /** In whose sessions the data is reached: the function itself may read and write nothing. */
  readonly tenants: TenantRole;
  /**
   * The code.
   *
   * @default - app/evaluations.ts
   */
  readonly entry?: string;
}

/** Students' evaluations, read and recorded under the session of the caller's own school. */
export class Evaluations extends Construct {
  public readonly function: IFunction;

  constructor(scope: Construct, id: string, { data, tenants, entry }: EvaluationsProps) {
    super(scope, id);
    this.function = new NodejsFunction(this, 'Function', {
      entry: entry ?? join(__dirname, '..', 'app', 'evaluations.ts'),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 512,
      timeout: Duration.seconds(10),
      tracing: Tracing.ACTIVE,
      bundling: { externalModules: ['@aws-sdk/*', '@smithy/*'] },
      environment: { TABLE_NAME: data.table.tableName, TENANT_ROLE_ARN: tenants.role.roleArn },
    });
    tenants.allowVending(this.function);
  }
}
