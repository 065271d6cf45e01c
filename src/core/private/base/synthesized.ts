import { type CfnElement, type CfnResource, Stack } from 'aws-cdk-lib';

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
 * Whether a value in the template of an element is a reference.
 *
 * @param value a token, or what became of it
 * @param reference a token of something that `target` is
 */
export function refersTo(element: CfnElement, value: unknown, reference: unknown, target: CfnElement): boolean {
  if (value === reference) return true;
  const stack = Stack.of(element);
  const resolved = stack.resolve(reference);
  if (JSON.stringify(stack.resolve(value)) !== JSON.stringify(resolved)) return false;
  // In another stack a reference is an import; a plain one would refer to a resource of the same name there.
  return Stack.of(target) === stack || typeof resolved === 'string' || !('Ref' in resolved || 'Fn::GetAtt' in resolved);
}
