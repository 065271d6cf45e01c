import { propertiesOf } from '../../assembly/properties';
import type { Assembly, JsonObject, Resource } from '../../contracts';
import { asObject, objects } from '../../protocol/json';

export const BUS = 'AWS::Events::EventBus';
export const BUS_POLICY = 'AWS::Events::EventBusPolicy';
export const DEFAULT_BUS = 'default';

type Owner = Pick<Assembly, 'account' | 'region'>;

export function busArn({ account, region }: Owner, name: string): string {
  return `arn:aws:events:${region}:${account}:event-bus/${name}`;
}

/** The name of a bus that is given by its name or its ARN. */
export function busName(nameOrArn: string): string {
  return nameOrArn.startsWith('arn:') ? nameOrArn.slice(nameOrArn.indexOf('/') + 1) : nameOrArn;
}

/** The names of all buses: the default one, and those of the template. */
export function busNames(assembly: Assembly): string[] {
  return [DEFAULT_BUS, ...assembly.ofType(BUS).map((resource) => assembly.ref(resource))];
}

/** The policies of buses, of which a template may give a whole one or single statements. */
export function busPolicies(assembly: Assembly): ReadonlyMap<string, JsonObject> {
  const statements = new Map<string, JsonObject[]>();
  const add = (name: string, more: readonly JsonObject[]) => statements.set(name, [...(statements.get(name) ?? []), ...more]);
  for (const resource of assembly.ofType(BUS)) {
    const policy = asObject(assembly.properties(resource).Policy);
    if (policy !== undefined) add(assembly.ref(resource), objects([policy.Statement ?? []].flat()));
  }
  for (const resource of assembly.ofType(BUS_POLICY)) {
    const { name, statement } = readBusPolicy(assembly, resource);
    add(name, [statement]);
  }
  return new Map([...statements].map(([name, Statement]) => [busArn(assembly, name), { Version: '2012-10-17', Statement }]));
}

/** @throws for the older form of a statement, which is not supported */
export function readBusPolicy(assembly: Assembly, resource: Resource): { readonly name: string; readonly statement: JsonObject } {
  const policy = propertiesOf(assembly, resource);
  const statement = asObject(policy.raw('Statement'));
  if (statement === undefined) throw policy.invalid('Statement', 'is missing: Action, Principal and Condition beside it are not supported');
  return { name: busName(policy.text('EventBusName') ?? DEFAULT_BUS), statement };
}
