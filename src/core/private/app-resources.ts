import { CfnResource, Stage } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { type SynthesizedResource, synthesized } from './base/synthesized';

const FOUND = Symbol.for('cdk-andamio.AppResources.found');

/** All resources of an app, by type, at the time of synthesis. */
export class AppResources {
  private readonly byType = new Map<string, CfnResource[]>();
  private readonly rendered = new Map<CfnResource, SynthesizedResource>();

  constructor(root: IConstruct) {
    for (const construct of root.node.findAll()) {
      if (!CfnResource.isCfnResource(construct) || !isInTemplate(construct)) continue;
      const known = this.byType.get(construct.cfnResourceType);
      if (known === undefined) this.byType.set(construct.cfnResourceType, [construct]);
      else known.push(construct);
    }
  }

  /** All of them. */
  public get all(): readonly CfnResource[] {
    return [...this.byType.values()].flat();
  }

  /** @param type `AWS::Lambda::Permission` */
  public ofType<T extends CfnResource = CfnResource>(type: string): readonly T[] {
    return (this.byType.get(type) ?? []) as T[];
  }

  /** A resource as in its template, rendered once for all checks. */
  public synthesized(resource: CfnResource): SynthesizedResource {
    const known = this.rendered.get(resource) ?? synthesized(resource);
    this.rendered.set(resource, known);
    return known;
  }
}

/**
 * Adds a check that reads resources anywhere in the app. All checks of one synthesis share one search of the construct tree: with a search
 * for each, an app with sixty APIs would take half a minute.
 *
 * @param check returns error messages
 */
export function checkAtSynthesis(scope: IConstruct, check: (app: AppResources) => string[]): void {
  const assembly = Stage.of(scope) ?? scope.node.root;
  const holder = assembly as unknown as Record<symbol, AppResources | undefined>;
  if (!(FOUND in holder)) {
    Object.defineProperty(holder, FOUND, { value: undefined, writable: true });
    // The validations of an assembly itself run first. This one discards the result of an earlier synthesis.
    assembly.node.addValidation({
      validate: () => {
        holder[FOUND] = undefined;
        return [];
      },
    });
  }
  scope.node.addValidation({
    validate: () => {
      holder[FOUND] ??= new AppResources(scope.node.root);
      return check(holder[FOUND]);
    },
  });
}

/** A Policy without statements is not in the template, and rendering it would throw. */
function isInTemplate(resource: CfnResource): boolean {
  return (resource as unknown as { shouldSynthesize(): boolean }).shouldSynthesize();
}
