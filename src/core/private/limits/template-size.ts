import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { isFirst } from '../once';
import { addLimit } from './limit';

/** CloudFormation's error message is "Template may not exceed 1000000 bytes in size". */
const MOST_BYTES = 1_000_000;

/**
 * Checks the size of a stack's template, about which the CDK only warns. The bootstrap version rule, a few hundred bytes that the CDK adds
 * later, is not counted. The limit of 500 resources is checked by the CDK itself.
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
      remedy: 'Move constructs to other stacks, or set suppressTemplateIndentation: true.',
    },
    () => bytesOf(stack),
  );
}

function bytesOf(stack: Stack): number {
  const { _suppressTemplateIndentation: isFlat } = stack as unknown as { readonly _suppressTemplateIndentation?: boolean };
  const template = (stack as unknown as { _toCloudFormation(): object })._toCloudFormation();
  return Buffer.byteLength(JSON.stringify(stack.resolve(template), undefined, isFlat === true ? undefined : 1));
}
