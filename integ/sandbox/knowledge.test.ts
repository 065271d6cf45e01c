import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { knowledgeOf } from './knowledge';
import { knowledge } from './sandbox';

test('each type is known by one box', () => {
  const types = knowledge.map(({ type }) => type);
  expect(types.filter((type, index) => types.indexOf(type) !== index)).toEqual([]);
});

test('an exact type comes before its family, a longer family before a shorter one', () => {
  const [one] = knowledge;
  const known = ['Custom::*', 'Custom::Deploy*', 'Custom::DeployThis'].map((type) => ({ ...one, type }));
  expect(knowledgeOf(known, 'Custom::DeployThis')?.type).toBe('Custom::DeployThis');
  expect(knowledgeOf(known, 'Custom::DeployThat')?.type).toBe('Custom::Deploy*');
  expect(knowledgeOf(known, 'Custom::Other')?.type).toBe('Custom::*');
  expect(knowledgeOf(known, 'AWS::X::Y')).toBeUndefined();
});

// The L1 constructs are generated from CloudFormation's own specification: a name that they lack is a slip.
const generated = knowledge.filter(({ type }) => type.startsWith('AWS::') && !/^AWS::(CDK|CloudFormation)::/.test(type));

test.each(generated.map(({ type, ...known }) => [type, known] as const))('what is known of %s exists in CloudFormation', (type, known) => {
  const declaration = declarationOf(type);
  for (const attribute of Object.keys(known.attributes ?? {})) {
    expect(declaration).toContain(`@cloudformationAttribute ${attribute}\n`);
  }
  const [, service, name] = type.toLowerCase().split('::');
  for (const property of Object.keys(known.properties).filter((key) => !key.includes('.') && key !== '*')) {
    expect(declaration.toLowerCase()).toContain(`#cfn-${service}-${name}-${property.toLowerCase()}\n`);
  }
});

/** The class of a type's L1 construct, with its props and their links to the documentation. */
function declarationOf(type: string): string {
  const [, service, name] = type.split('::');
  const folder = dirname(require.resolve('aws-cdk-lib/package.json'));
  const module = service === 'ApiGateway' ? 'apigateway' : service.toLowerCase();
  const file = join(folder, `aws-${module}`, 'lib', `${module}.generated.d.ts`);
  expect(existsSync(file)).toBe(true);
  const declarations = readFileSync(file, 'utf8');
  const parts = declarations.split(/(?=export (?:declare class|interface) )/);
  return parts.filter((part) => new RegExp(`^export (declare class Cfn${name} |interface Cfn${name}Props )`).test(part)).join('');
}
