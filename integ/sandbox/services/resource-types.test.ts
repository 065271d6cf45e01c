import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { resourceTypeOf } from '../assembly/resource-types';
import type { Assembly, Json, JsonObject, ResourceType } from '../contracts';
import { assess } from '../coverage/index';
import { resourceTypes } from '.';

test('each type belongs to one service', () => {
  const types = resourceTypes.map(({ type }) => type);
  expect(types.filter((type, index) => types.indexOf(type) !== index)).toEqual([]);
});

test('an exact type comes before its family, a longer family before a shorter one', () => {
  const [one] = resourceTypes;
  const known = ['Custom::*', 'Custom::Deploy*', 'Custom::DeployThis'].map((type) => ({ ...one, type }));
  expect(resourceTypeOf(known, 'Custom::DeployThis')?.type).toBe('Custom::DeployThis');
  expect(resourceTypeOf(known, 'Custom::DeployThat')?.type).toBe('Custom::Deploy*');
  expect(resourceTypeOf(known, 'Custom::Other')?.type).toBe('Custom::*');
  expect(resourceTypeOf(known, 'AWS::X::Y')).toBeUndefined();
});

// The L1 constructs are generated from CloudFormation's own specification: a name that they lack is a mistake.
const generated = resourceTypes.filter(({ type }) => type.startsWith('AWS::') && !/^AWS::(CDK|CloudFormation)::/.test(type));

test.each(generated.map((known) => [known.type, known] as const))(
  'each listed property and attribute of %s exists in CloudFormation',
  (type, known) => {
    const declaration = declarationOf(type);
    for (const attribute of Object.keys(known.attributes ?? {})) {
      expect(declaration).toContain(`@cloudformationAttribute ${attribute}\n`);
    }
    const [, service, name] = type.toLowerCase().split('::');
    for (const property of Object.keys(known.properties).filter((key) => !key.includes('.') && key !== '*')) {
      expect(declaration.toLowerCase()).toContain(`#cfn-${service}-${name}-${property.toLowerCase()}\n`);
    }
  },
);

/** The class of a type's L1 construct, with its props and their links to the documentation. */
function declarationOf(type: string): string {
  const [, service, name] = type.split('::');
  const declarations = readFileSync(generatedFile(service, 'd.ts'), 'utf8');
  const parts = declarations.split(/(?=export (?:declare class|interface) )/);
  return parts.filter((part) => new RegExp(`^export (declare class Cfn${name} |interface Cfn${name}Props )`).test(part)).join('');
}

const running = generated.filter(({ support }) => support === 'runs' || support === 'evaluated');

test.each(running.map((known) => [known.type, known] as const))('an unknown member of any object within %s is rejected', (type, known) => {
  const places = objectsWithin(known);
  for (const place of places) {
    expect(problemsOf(type, planted(place.split('.'), 'Colour'))).toEqual([`${type}.${place}.Colour is not supported (S.A)`]);
  }
  expect(places.length).toBe(new Set(places).size);
});

// Objects without a type in the specification. This also shows that the specification was read.
test('the checked objects include redrive policies and the lists of a table and of a method', () => {
  const places = running.flatMap((known) => objectsWithin(known).map((place) => `${known.type}.${place}`));
  const expected = [
    'SQS::Queue.RedrivePolicy',
    'SQS::Queue.RedriveAllowPolicy',
    'DynamoDB::Table.KeySchema',
    'ApiGateway::Stage.AccessLogSetting',
  ];
  expect(places).toEqual(expect.arrayContaining(expected.map((place) => `AWS::${place}`)));
  expect(places).toEqual(
    expect.arrayContaining(['AWS::DynamoDB::Table.GlobalSecondaryIndexes.Projection', 'AWS::Lambda::Function.Environment']),
  );
  expect(places).toContain('AWS::ApiGateway::Method.Integration.IntegrationResponses');
});

/** The places of objects and lists of objects in a type, as dotted names: the listed ones, and those in the specification. */
function objectsWithin({ type, properties }: ResourceType): string[] {
  const [, service, name] = type.split('::');
  const structures = structuresOf(service);
  const known = new Set(
    Object.keys(properties).flatMap((key) => [key, ...[...key.matchAll(/\./g)].map(({ index }) => key.slice(0, index))]),
  );
  const within = (structure: string, prefix: string): string[] =>
    Object.entries(structures[structure] ?? {}).flatMap(([property, nested]) => {
      const place = `${prefix}${property}`;
      return nested === undefined || !known.has(place) ? [] : [place, ...within(nested, `${place}.`)];
    });
  return [...within(`${name}Props`, ''), ...(type === 'AWS::SQS::Queue' ? ['RedrivePolicy', 'RedriveAllowPolicy'] : [])];
}

/** The properties of each structure of a service, with the structure of their values, from the mappers of the L1 constructs. */
function structuresOf(service: string): Record<string, Record<string, string | undefined>> {
  const code = readFileSync(generatedFile(service, 'js'), 'utf8');
  const mappers = code.matchAll(
    /function convertCfn(\w+?)ToCloudFormation\(properties\)\{return.*?assertSuccess\(\),\{(.*?)\}\):properties\}/g,
  );
  return Object.fromEntries(
    [...mappers].map(([, structure, body]) => [
      structure,
      Object.fromEntries(body.split(/,(?=\w+:)/).map((entry) => [entry.split(':')[0], structureIn(entry)] as const)),
    ]),
  );
}

/** The structure of a property, or of the elements of its list. The values of a map are checked by its service. */
function structureIn(entry: string): string | undefined {
  return entry.includes('hashMapper(') ? undefined : /convertCfn(\w+?)ToCloudFormation/.exec(entry)?.[1];
}

/** `{ A: { B: { name: 1 } } }` */
function planted([first, ...rest]: readonly string[], name: string): JsonObject {
  return { [first]: rest.length === 0 ? { [name]: 1 } : planted(rest, name) };
}

function problemsOf(type: string, properties: JsonObject): readonly string[] {
  const resource = { id: 'S.A', stack: 'S', logicalId: 'A', type, properties, metadata: {}, dependsOn: [] };
  return assess({ resources: [resource], properties: (): Json => properties } as unknown as Assembly, resourceTypes).problems;
}

function generatedFile(service: string, extension: 'js' | 'd.ts'): string {
  const module = service === 'ApiGateway' ? 'apigateway' : service.toLowerCase();
  const file = join(dirname(require.resolve('aws-cdk-lib/package.json')), `aws-${module}`, 'lib', `${module}.generated.${extension}`);
  expect(existsSync(file)).toBe(true);
  return file;
}
