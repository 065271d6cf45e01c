import { CfnResource, Stage } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

const FOUND = Symbol.for('cdk-andamio.AppResources.found');

/** The resources of a whole app by their types, as they are when the app is synthesized. */
export class AppResources {
  private readonly byType = new Map<string, CfnResource[]>();

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
}

/**
 * Adds a check that looks at other resources of the app, wherever they are. All checks of one synthesis share one look: with a look for each, an app
 * of sixty APIs would take half a minute.
 *
 * @returns from the check: what is wrong
 */
export function checkAtSynthesis(scope: IConstruct, check: (app: AppResources) => string[]): void {
  const assembly = Stage.of(scope) ?? scope.node.root;
  const holder = assembly as unknown as Record<symbol, AppResources | undefined>;
  if (!(FOUND in holder)) {
    Object.defineProperty(holder, FOUND, { value: undefined, writable: true });
    // Validations of an assembly begin with its own: whatever was found at an earlier synthesis is looked for again.
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

/** A Policy without statements is in no template; to ask what it would be there is an error. */
function isInTemplate(resource: CfnResource): boolean {
  return (resource as unknown as { shouldSynthesize(): boolean }).shouldSynthesize();
}
