import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type ISynthesisSession, Stack, Stage } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { isFirst } from '../once';
import { exceeded } from './limit';

/** Where the CDK looks for what `attachCustomSynthesis` has added, which a construct can have only once. */
const CUSTOM_SYNTHESIS = Symbol.for('@aws-cdk/core:customSynthesis');
interface CustomSynthesis {
  onSynthesize(session: ISynthesisSession): void;
}

/** CloudFormation's error message is "Template may not exceed 1000000 bytes in size". */
const LIMIT = {
  property: 'bytes of its template',
  most: 1_000_000,
  source: '"Understand CloudFormation quotas", template body size in an S3 object',
  remedy: 'Move constructs to other stacks, or set suppressTemplateIndentation: true.',
};

/**
 * Checks the size of a stack's template, about which the CDK only warns. The limit of 500 resources is checked by the CDK itself.
 * It reads the written file, because rendering the template once more would take as long as writing it.
 */
export function limitTemplate(scope: IConstruct): void {
  const stack = Stack.of(scope);
  if (!isFirst(stack, 'TemplateSize.limited')) return;
  afterSynthesis(Stage.of(stack) ?? stack.node.root, (folder) => {
    const bytes = statSync(join(folder, stack.templateFile), { throwIfNoEntry: false })?.size ?? 0;
    if (bytes > LIMIT.most) throw new Error(exceeded(stack, LIMIT, bytes));
  });
}

/** An assembly is synthesized after its stacks. The app may attach something to it, too, before or after. */
function afterSynthesis(assembly: IConstruct, check: (folder: string) => void): void {
  const earlier = (assembly as unknown as Record<symbol, CustomSynthesis | undefined>)[CUSTOM_SYNTHESIS];
  const synthesis: CustomSynthesis = {
    onSynthesize: (session) => {
      earlier?.onSynthesize(session);
      check(session.outdir);
    },
  };
  Object.defineProperty(assembly, CUSTOM_SYNTHESIS, { value: synthesis, configurable: true });
}
