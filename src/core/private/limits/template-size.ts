import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { isFirst } from '../once';
import { addLimit } from './limit';

/** As the CDK writes it, and as CloudFormation says it: "Template may not exceed 1000000 bytes in size". */
const MOST_BYTES = 1_000_000;

/**
 * Checks that the template of a construct's stack is one that CloudFormation takes, but for the check of the bootstrap stack, some hundred bytes,
 * which the CDK adds later; the CDK itself only warns. That a stack has at most 500 resources, it checks itself.
 */
export function limitTemplate(scope: IConstruct): void {
  const stack = Stack.of(scope);
  if (!isFirst(stack, 'TemplateSize.limited')) return;
  addLimit(
    stack,
    {
      property: 'bytes of its template',
      most: MOST_BYTES,
      source: '"Understand CloudFormation quotas", template body size in an S3 object',
      remedy: 'Put constructs into other stacks, or leave out its indentation: suppressTemplateIndentation: true.',
    },
    () => bytesOf(stack),
  );
}

function bytesOf(stack: Stack): number {
  const { _suppressTemplateIndentation: isFlat } = stack as unknown as { readonly _suppressTemplateIndentation?: boolean };
  const template = (stack as unknown as { _toCloudFormation(): object })._toCloudFormation();
  return Buffer.byteLength(JSON.stringify(stack.resolve(template), undefined, isFlat === true ? undefined : 1));
}
