import { readEach } from '../../assembly/properties';
import type { Assembly, Check, EndpointService, JsonObject } from '../../contracts';
import { type AwsJson, jsonService } from '../../protocol/aws-json';
import { ServiceError } from '../../protocol/service-error';
import { type CatalogTable, readDatabase, readTable } from './catalog';
import { DATABASE, TABLE } from './resource-types';

const PROTOCOL: AwsJson = { target: 'AWSGlue', version: '1.1' };

/** The catalog of the template, which callers can only read. */
export function glueService(assembly: Assembly): EndpointService {
  const { partition, region, account } = assembly;
  const databases = readEach(assembly, DATABASE, readDatabase).map(({ name }) => name);
  const tables = readEach(assembly, TABLE, readTable);
  const arn = (path: string) => `arn:${partition}:glue:${region}:${account}:${path}`;
  const nameOf = (input: JsonObject, member: string) => String(input[member] ?? '').toLowerCase();

  const databaseOf = (name: string): JsonObject => {
    if (!databases.includes(name)) throw new ServiceError('EntityNotFoundException', `Database ${name} not found.`);
    return { Name: name, CatalogId: account };
  };
  const tableOf = (database: string, name: string): CatalogTable => {
    databaseOf(database);
    const found = tables.find((table) => table.database === database && table.name === name);
    if (found === undefined) throw new ServiceError('EntityNotFoundException', `Entity Not Found (Table ${name} not found)`);
    return found;
  };

  const operations: Readonly<Record<string, (input: JsonObject) => JsonObject>> = {
    GetDatabase: (input) => ({ Database: databaseOf(nameOf(input, 'Name')) }),
    GetDatabases: () => ({ DatabaseList: databases.map(databaseOf) }),
    GetTable: (input) => ({ Table: tableOf(nameOf(input, 'DatabaseName'), nameOf(input, 'Name')).description }),
    GetTables(input) {
      const { Name } = databaseOf(nameOf(input, 'DatabaseName'));
      return { TableList: tables.filter(({ database }) => database === Name).map(({ description }) => description) };
    },
    GetTableVersions(input) {
      const { description } = tableOf(nameOf(input, 'DatabaseName'), nameOf(input, 'TableName'));
      return { TableVersions: [{ Table: description, VersionId: '0' }] };
    },
    GetTableVersion(input) {
      const { description } = tableOf(nameOf(input, 'DatabaseName'), nameOf(input, 'TableName'));
      return { TableVersion: { Table: description, VersionId: '0' } };
    },
    GetPartitions(input) {
      tableOf(nameOf(input, 'DatabaseName'), nameOf(input, 'TableName'));
      return { Partitions: [] };
    },
  };

  /** Documented: "you must have permission on a resource and on all of its ancestors" (AWS Glue Developer Guide, resource ARNs). */
  function checksOf(operation: string, input: JsonObject): Check[] {
    const database = operation === 'GetDatabase' ? nameOf(input, 'Name') : nameOf(input, 'DatabaseName');
    const table = operation === 'GetTable' ? nameOf(input, 'Name') : nameOf(input, 'TableName');
    const own = [
      'catalog',
      ...(operation === 'GetDatabases' ? [] : [`database/${database}`]),
      ...(operation.startsWith('GetDatabase') ? [] : [`table/${database}/${operation === 'GetTables' ? '*' : table}`]),
    ];
    return own.map((path) => ({ action: `glue:${operation}`, resource: arn(path), context: {} }));
  }

  return jsonService({
    ...{ name: 'glue', protocol: PROTOCOL, member: 'Message' },
    read(operation, input) {
      const execute = operations[operation];
      if (execute === undefined) {
        throw new ServiceError('InvalidInputException', `The sandbox does not support the operation ${operation} of glue`);
      }
      return { checks: () => checksOf(operation, input), execute: () => execute(input) };
    },
  });
}
