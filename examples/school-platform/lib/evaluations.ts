import { join } from 'node:path';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { DeadLetters, FunctionCode, FunctionConcurrency, SecureFunction, type TenantRole, type TenantTable } from 'cdk-andamio';
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
    const handler = new SecureFunction(this, 'Function', {
      code: FunctionCode.bundle(entry ?? join(__dirname, '..', 'app', 'evaluations.ts')),
      concurrency: FunctionConcurrency.unreserved('A reservation would be one limit for all schools; the plan of its tier limits each.'),
      deadLetters: DeadLetters.none('API Gateway alone calls it, and waits for its answer.'),
      environment: { TABLE_NAME: data.table.tableName, TENANT_ROLE_ARN: tenants.role.roleArn },
    });
    tenants.grants.openSessions(handler);
    this.function = handler.function;
  }
}
