import { join } from 'node:path';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { DeadLetters, FunctionCode, FunctionConcurrency, SecureFunction, type TenantRole, type TenantTable } from 'cdk-andamio';
import { Construct } from 'constructs';

export interface EvaluationsProps {
  readonly data: TenantTable;
  /** The role whose sessions access the data. The function itself has no permissions on the table. */
  readonly tenants: TenantRole;
  /**
   * The code of the function.
   *
   * @default - app/evaluations.ts
   */
  readonly entry?: string;
}

/** Reads and records students' evaluations in a session of the caller's school. */
export class Evaluations extends Construct {
  public readonly function: IFunction;

  constructor(scope: Construct, id: string, { data, tenants, entry }: EvaluationsProps) {
    super(scope, id);
    const handler = new SecureFunction(this, 'Function', {
      code: FunctionCode.bundle(entry ?? join(__dirname, '..', 'app', 'evaluations.ts')),
      concurrency: FunctionConcurrency.unreserved(
        'Reserved concurrency would be one limit for all schools; the usage plan of its tier limits each school.',
      ),
      deadLetters: DeadLetters.none('Only API Gateway invokes it, and synchronously.'),
      environment: { TABLE_NAME: data.table.tableName, TENANT_ROLE_ARN: tenants.role.roleArn },
    });
    tenants.grants.openSessions(handler);
    this.function = handler.function;
  }
}
