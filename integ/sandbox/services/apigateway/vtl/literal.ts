import type { Expression, Reference } from './ast';

/** The source text of a reference, which Velocity prints for null. */
export function literal(reference: Reference): string {
  const steps = (reference.path ?? []).map((step) => {
    if (step.type === 'property') return `.${step.id}`;
    if (step.type === 'index') return `[${source(step.id)}]`;
    return `.${step.id}(${(step.args === false ? [] : step.args).map(source).join(', ')})`;
  });
  const inner = `${reference.id}${steps.join('')}`;
  return reference.isWraped ? `${reference.leader}{${inner}}` : `${reference.leader}${inner}`;
}

function source(node: Expression): string {
  if (node.type === 'references') return literal(node);
  if (node.type === 'string') return node.isEval ? `"${node.value}"` : `'${node.value}'`;
  return node.type === 'integer' || node.type === 'decimal' || node.type === 'bool' ? String(node.value) : '';
}
