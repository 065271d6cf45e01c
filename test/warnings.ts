import type { Stack } from 'aws-cdk-lib';

/** Warnings of an app that has been synthesized, in the order of its tree. */
export function warnings({ node }: Stack): string[] {
  return node.root.node
    .findAll()
    .flatMap((construct) => construct.node.metadata.filter(({ type }) => type === 'aws:cdk:warning').map(({ data }) => String(data)));
}
