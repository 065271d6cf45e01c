import { readEach } from '../../assembly/properties';
import type { JsonObject } from '../../contracts';
import { distinct, makeEach } from '../../engines/make';
import { jsonEngine } from '../../protocol/aws-json';
import type { ProvisionContext } from '../../service-module';
import { PROTOCOL } from './service';
import { readTable, TABLES } from './table';

/** Makes the tables and records their streams' ARNs. */
export async function provisionTables({ assembly, engines: { dynamodb }, reject }: ProvisionContext): Promise<void> {
  const tables = readEach(assembly, TABLES, readTable);
  const byName = distinct(tables, ({ name }) => name, 'the engine has one name space for all Regions', reject);
  await makeEach(
    byName.values(),
    jsonEngine(dynamodb, 'dynamodb', PROTOCOL, assembly),
    reject,
    async ({ resource, name, arn, definition, problem }, ask) => {
      if (problem !== undefined) throw new Error(problem);
      const { TableDescription } = await ask('CreateTable', { ...definition, TableName: name });
      const { LatestStreamLabel: label } = TableDescription as JsonObject;
      if (label !== undefined) assembly.setAttribute(resource, 'StreamArn', `${arn}/stream/${label}`);
    },
  );
}
