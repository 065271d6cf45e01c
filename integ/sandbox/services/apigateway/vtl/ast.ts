/** The parts of velocityjs's syntax tree that the evaluator supports; the types of velocityjs are incomplete. */
export type Node =
  | string
  | Reference
  | { readonly type: 'set'; readonly equal: readonly [Reference, Expression] }
  | { readonly type: 'comment'; readonly value: string }
  | { readonly type: 'raw'; readonly value: string }
  | { readonly type: 'break' }
  | Block
  | Other;

/** A block is a list whose first element is its directive; `elseif` and `else` are among the other elements. */
export type Block = readonly [Directive, ...Node[]];

export type Directive =
  | { readonly type: 'if' | 'elseif'; readonly condition: Expression }
  | { readonly type: 'else' }
  | { readonly type: 'foreach'; readonly to: string; readonly from: Expression }
  | { readonly type: 'define'; readonly id: string }
  | { readonly type: 'macro' | 'macro_body' | 'noescape' };

/** Nodes that are rejected when a template is loaded. */
export interface Other {
  readonly type: 'if' | 'elseif' | 'else' | 'macro_call' | 'end' | 'noescape' | 'foreach' | 'define' | 'macro' | 'macro_body';
  readonly id?: string;
  readonly condition?: Expression;
}

export interface Reference {
  readonly type: 'references';
  readonly id: string;
  readonly leader: string;
  readonly isWraped?: boolean;
  readonly path?: readonly Step[];
  /** `$name(…)`, which Velocity does not have. */
  readonly args?: readonly Expression[] | false;
}

export type Step =
  | { readonly type: 'property'; readonly id: string }
  | { readonly type: 'index'; readonly id: Expression }
  | { readonly type: 'method'; readonly id: string; readonly args: readonly Expression[] | false };

export type Expression =
  | Reference
  | { readonly type: 'string'; readonly value: string; readonly isEval: boolean }
  | { readonly type: 'integer' | 'decimal'; readonly value: string | number }
  | { readonly type: 'bool'; readonly value: string }
  | { readonly type: 'runt'; readonly value: string }
  | { readonly type: 'array'; readonly isRange?: boolean; readonly value: readonly (Expression | string | number)[] }
  | { readonly type: 'map'; readonly value?: Readonly<Record<string, Expression>> }
  | { readonly type: 'math'; readonly operator: string; readonly expression: readonly Expression[] };
