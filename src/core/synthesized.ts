import { type CfnElement, type CfnResource, Stack } from 'aws-cdk-lib';

/** A resource as its template has it, property overrides included. */
export interface SynthesizedResource {
  readonly logicalId: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What becomes of a resource as the app stands now; in a validation, what the template will say. */
export function synthesized(resource: CfnResource): SynthesizedResource {
  const stack = Stack.of(resource);
  // Internal to the CDK, which reads RestApis in the same way for the ids of their deployments: nothing public has the overrides too.
  const { Resources } = stack.resolve((resource as unknown as { _toCloudFormation(): object })._toCloudFormation()) as {
    readonly Resources: Readonly<Record<string, { readonly Properties?: Record<string, unknown> }>>;
  };
  const [[logicalId, { Properties }]] = Object.entries(Resources);
  return { logicalId, properties: Properties ?? {} };
}

/** Whether two values, of which each may be a token, are the same in the template of an element. */
export function sameIn(element: CfnElement, one: unknown, other: unknown): boolean {
  if (one === other) return true;
  const stack = Stack.of(element);
  return JSON.stringify(stack.resolve(one)) === JSON.stringify(stack.resolve(other));
}
