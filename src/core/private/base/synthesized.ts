import { type CfnElement, type CfnResource, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** A resource as its template has it, property overrides included. */
export interface SynthesizedResource {
  readonly logicalId: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The resource as it would be synthesized now; in a validation, as the template will have it. */
export function synthesized(resource: CfnResource): SynthesizedResource {
  const stack = Stack.of(resource);
  // Internal to the CDK, which reads RestApis in the same way for the ids of their deployments: nothing public has the overrides too.
  const { Resources } = stack.resolve((resource as unknown as { _toCloudFormation(): object })._toCloudFormation()) as {
    readonly Resources: Readonly<Record<string, { readonly Properties?: Record<string, unknown> }>>;
  };
  const [[logicalId, { Properties }]] = Object.entries(Resources);
  return { logicalId, properties: Properties ?? {} };
}

/**
 * Whether a value in the template of a construct is a reference.
 *
 * @param value a token, or what became of it
 * @param reference a token of something that `target` is
 */
export function refersTo(construct: IConstruct, value: unknown, reference: unknown, target: CfnElement): boolean {
  if (value === reference) return true;
  const stack = Stack.of(construct);
  const home = Stack.of(target);
  // Between environments there are no references but by physical names: to resolve one is an error, or gives the target a name.
  if (home.environment !== stack.environment) return false;
  const resolved = stack.resolve(reference);
  if (JSON.stringify(stack.resolve(value)) !== JSON.stringify(resolved)) return false;
  // In another stack a reference is an import or a parameter; where it is what it is at home, it is to a namesake.
  return home === stack || typeof resolved === 'string' || JSON.stringify(home.resolve(reference)) !== JSON.stringify(resolved);
}
