import { readEach } from '../../assembly/properties';
import type { JsonObject } from '../../contracts';
import { createEach, distinct } from '../../engines/provision';
import { jsonEngine } from '../../protocol/aws-json';
import type { ProvisionContext } from '../../service-module';
import { PROTOCOL } from './service';
import { readTable, TABLES } from './table';

/** Creates the tables and sets the ARNs of their streams. */
export async function provisionTables({ assembly, engines: { dynamodb, continued }, reject }: ProvisionContext): Promise<void> {
  const tables = readEach(assembly, TABLES, readTable);
  const byName = distinct(tables, ({ name }) => name, 'DynamoDB Local has one namespace for all Regions', reject);
  await createEach(
    byName.values(),
    jsonEngine(dynamodb, 'dynamodb', PROTOCOL, assembly),
    reject,
    async ({ resource, name, arn, definition, problem }, call) => {
      if (problem !== undefined) throw new Error(problem);
      const { Table, TableDescription = Table } = continued
        ? await call('DescribeTable', { TableName: name })
        : await call('CreateTable', { ...definition, TableName: name });
      const { LatestStreamLabel: label } = TableDescription as JsonObject;
      if (label !== undefined) assembly.setAttribute(resource, 'StreamArn', `${arn}/stream/${label}`);
    },
  );
}
