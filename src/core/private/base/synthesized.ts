import { type CfnElement, type CfnResource, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** A resource as in its template, including property overrides. */
export interface SynthesizedResource {
  readonly logicalId: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Renders a resource in its current state. In a validation, that is its final state. */
export function synthesized(resource: CfnResource): SynthesizedResource {
  const stack = Stack.of(resource);
  // Internal to the CDK: no public API includes property overrides. The CDK uses it in the same way for the ids of API deployments.
  const { Resources } = stack.resolve((resource as unknown as { _toCloudFormation(): object })._toCloudFormation()) as {
    readonly Resources: Readonly<Record<string, { readonly Properties?: Record<string, unknown> }>>;
  };
  const [[logicalId, { Properties }]] = Object.entries(Resources);
  return { logicalId, properties: Properties ?? {} };
}

/**
 * Whether a value in the template of a construct refers to a resource.
 *
 * @param value a token, or its resolved form
 * @param reference a token of `target`, such as its `ref`
 */
export function refersTo(construct: IConstruct, value: unknown, reference: unknown, target: CfnElement): boolean {
  if (value === reference) return true;
  const stack = Stack.of(construct);
  const home = Stack.of(target);
  // References between environments need physical names: resolving one would fail, or give the target a name.
  if (home.environment !== stack.environment) return false;
  const resolved = stack.resolve(reference);
  if (JSON.stringify(stack.resolve(value)) !== JSON.stringify(resolved)) return false;
  // In another stack, a real reference is an import or a parameter. If it resolves as in its own stack, it refers to a resource with the
  // same id.
  return home === stack || typeof resolved === 'string' || JSON.stringify(home.resolve(reference)) !== JSON.stringify(resolved);
}
