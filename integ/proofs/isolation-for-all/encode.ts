import { stop } from '../isolation/not-supported';
import { type Condition, globMatches, namesAction, type Statement } from '../isolation/statements';
import { and, literal, matches, not, or, type Piece, pieces, type Term } from './terms';

/** A context key in a query: whether it is present, and its value, or values for a set. */
export interface ContextKey {
  readonly present: Term;
  readonly value?: Term;
  readonly members?: readonly Term[];
}

/** A request, with terms for open values. */
export interface SymbolicRequest {
  readonly action: string;
  /** Absent for a trust policy, which has no resource. */
  readonly resource?: { readonly known: string; readonly open?: Term };
  /** By name in lower case. Other keys are not supported. */
  readonly context: Readonly<Record<string, ContextKey>>;
  /**
   * A term that is free, for a comparison that is not encoded: the answer holds whatever its result is.
   *
   * @default - such a comparison is an error
   */
  readonly free?: (statement: Statement, condition: Condition) => Term;
}

/**
 * Whether statements allow a request: at least one permission applies and no denial does.
 *
 * If the answer of AWS is uncertain, the encoding allows more: a denial with a variable without value does not apply («If AWS cannot
 * resolve a variable, this might cause the entire statement to be invalid», IAM User Guide, Variables and tags).
 */
export function allows(statements: readonly Statement[], request: SymbolicRequest): Term {
  const speaking = statements.filter((statement) => namesAction(statement, request.action));
  const permissions = speaking.filter(({ effect }) => effect === 'Allow').map((statement) => applies(statement, request));
  const denials = speaking.filter(({ effect }) => effect === 'Deny').map((statement) => applies(statement, request));
  return and(or(...permissions), not(or(...denials)));
}

/**
 * The number of members of a set in a query, so that the answer holds for sets of any size: one whose owner is checked, one per ForAnyValue
 * in a permission and one per ForAllValues in a denial (each needs one member as a witness), and at least two. An allowed request with more
 * members stays allowed with only these members, because removing other members affects no condition.
 */
export function membersNeeded(statements: readonly Statement[]): number {
  const sets = (effect: string, prefix: RegExp) =>
    statements
      .filter((statement) => statement.effect === effect)
      .map(({ conditions }) => conditions.filter(({ operator }) => prefix.test(operator)).length);
  const witnesses =
    Math.max(0, ...sets('Allow', /^ForAnyValue:/i)) + sets('Deny', /^ForAllValues:/i).reduce((sum, count) => sum + count, 0);
  return Math.max(2, 1 + witnesses);
}

/**
 * Whether every element of a statement matches. All elements are translated, even if one already decides, so that nothing unsupported is
 * skipped.
 */
export function applies(statement: Statement, request: SymbolicRequest): Term {
  const conditions = statement.conditions.map((condition) => holds(statement, condition, request));
  const named = or(...statement.resources.map((pattern) => names(statement, pattern, request)));
  const hasResource = request.resource !== undefined && (statement.resources.length > 0 || statement.exceptResources === true);
  const resource = !hasResource ? 'true' : statement.exceptResources ? not(named) : named;
  const variables = [...statement.resources, ...statement.conditions.flatMap(({ values }) => values)].flatMap((value) =>
    piecesOf(statement, value, true).flatMap((piece) => (typeof piece === 'object' && 'variable' in piece ? [piece.variable] : [])),
  );
  const resolved = statement.effect === 'Deny' ? variables.map((variable) => termsOf(statement, variable, request).present) : [];
  return and(statement.given ?? 'true', resource, ...conditions, ...new Set(resolved));
}

function piecesOf({ where, withoutVariables }: Statement, value: string, wildcards: boolean): Piece[] {
  if (!withoutVariables) return pieces(where, value, wildcards);
  return wildcards ? pieces(where, value.replaceAll('$', '${$}'), true) : [{ text: value }];
}

/** `arn:partition:service:region:account:` are compared part by part, and the rest as one text. Documented: «IAM ARNs», IAM User Guide. */
function names(statement: Statement, pattern: string, { resource, ...request }: SymbolicRequest): Term {
  if (pattern === '*' || resource === undefined) return 'true';
  const wanted = split(pattern);
  const asked = split(resource.known);
  if (wanted.length < 6) stop(statement.where, `the resource ${pattern} is not supported: it is no ARN of six parts`);
  if (wanted.slice(0, 5).some((part) => part.includes('$')))
    stop(statement.where, `the resource ${pattern} is not supported: a variable before its last part`);
  if (!wanted.slice(0, 5).every((part, number) => globMatches(part, asked[number]))) return 'false';
  const patternPieces = piecesOf(statement, wanted[5], true);
  if (resource.open === undefined && !wanted[5].includes('$')) return globMatches(wanted[5], asked[5]) ? 'true' : 'false';
  if (resource.open === undefined) return compare(statement, literal(asked[5]), patternPieces, request);
  // The open part follows a known prefix: `bucket/`, then the object name.
  const [first, ...rest] = patternPieces;
  if (typeof first === 'object' && 'text' in first && first.text.startsWith(asked[5])) {
    const text = first.text.slice(asked[5].length);
    return compare(statement, resource.open, [...(text === '' ? [] : [{ text }]), ...rest], request);
  }
  if (typeof first === 'object' && 'text' in first && !asked[5].startsWith(first.text)) return 'false';
  return compare(statement, `(str.++ ${literal(asked[5])} ${resource.open})`, patternPieces, request);
}

function split(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length < 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

// Documented: «IAM JSON policy elements: Condition operators». Negated operators are true if their key is missing; all others are false.
const OPERATORS: Readonly<Record<string, { readonly negated: boolean; readonly wildcards: boolean; readonly kind?: 'arn' | 'bool' }>> = {
  stringequals: { negated: false, wildcards: false },
  stringnotequals: { negated: true, wildcards: false },
  stringlike: { negated: false, wildcards: true },
  stringnotlike: { negated: true, wildcards: true },
  arnequals: { negated: false, wildcards: true, kind: 'arn' },
  arnlike: { negated: false, wildcards: true, kind: 'arn' },
  arnnotequals: { negated: true, wildcards: true, kind: 'arn' },
  arnnotlike: { negated: true, wildcards: true, kind: 'arn' },
  bool: { negated: false, wildcards: false, kind: 'bool' },
};

function holds(statement: Statement, condition: Condition, request: SymbolicRequest): Term {
  const { given = 'true', values, operator, key } = condition;
  if (values.length === 0) stop(`${statement.where}, ${operator} of ${key}`, 'it has no values, and AWS does not say what that means');
  return or(not(given), isTrue(statement, condition, request));
}

function isTrue(statement: Statement, condition: Condition, request: SymbolicRequest): Term {
  const { operator, key, values, valuesGiven } = condition;
  const where = `${statement.where}, ${operator} of ${key}`;
  const context = request.context[key.toLowerCase()];
  const unsupported = (what: string): Term => request.free?.(statement, condition) ?? stop(where, what);
  if (context === undefined) return unsupported('the condition key is not supported');
  const anyOf = (holdsFor: (value: string) => Term) =>
    or(...values.map((value, number) => and(valuesGiven?.[number] ?? 'true', holdsFor(value))));
  if (operator.toLowerCase() === 'null') {
    if (!values.every((value) => value === 'true' || value === 'false'))
      stop(where, `${values.join(', ')} is not supported: expected true or false`);
    return anyOf((value) => (value === 'true' ? not(context.present) : context.present));
  }
  const [, set, base, ifExists] = /^(ForAllValues:|ForAnyValue:)?(.*?)(IfExists)?$/i.exec(operator) ?? [];
  const known = OPERATORS[base.toLowerCase()];
  if (known === undefined) return unsupported('the operator is not supported');
  // With a set operator, a single value is a set of one. AWS does not define a set with a plain operator.
  if (set === undefined && context.members !== undefined) return unsupported('a set is compared without ForAllValues or ForAnyValue');
  const members = context.members ?? [context.value ?? stop(where, 'the key has no value')];
  // A wildcard in an ARN does not match a colon before the resource.
  if (known.kind === 'arn' && values.some((value) => /[*?$]/.test(split(value).slice(0, 5).join('')) || split(value).length < 6))
    return unsupported('the ARN is not supported: it has a wildcard before its last part');
  const one = (member: Term): Term => {
    const found = anyOf((value) =>
      compare(statement, member, piecesOf(statement, known.kind === 'bool' ? value.toLowerCase() : value, known.wildcards), request),
    );
    return known.negated ? not(found) : found;
  };
  if (set?.toLowerCase() === 'forallvalues:') return or(not(context.present), and(...members.map(one)));
  if (set !== undefined) return ifExists ? unsupported('the operator is not supported') : and(context.present, or(...members.map(one)));
  const missing = ifExists !== undefined || known.negated ? not(context.present) : 'false';
  return or(missing, and(context.present, one(members[0])));
}

/** A variable without a value matches nothing. Documented: «Policy variables with no value», IAM User Guide. */
function compare(statement: Statement, text: Term, pattern: ReturnType<typeof pieces>, request: Pick<SymbolicRequest, 'context'>): Term {
  const variables = pattern.flatMap((piece) => (typeof piece === 'object' && 'variable' in piece ? [piece.variable] : []));
  const present = variables.map((variable) => termsOf(statement, variable, request).present);
  return and(
    ...new Set(present),
    matches(text, pattern, (variable) => termsOf(statement, variable, request).value),
  );
}

function termsOf({ where }: Statement, variable: string, { context }: Pick<SymbolicRequest, 'context'>): { present: Term; value: Term } {
  const key = context[variable.toLowerCase()];
  if (key?.value === undefined) return stop(where, `the variable \${${variable}} is not supported`);
  return { present: key.present, value: key.value };
}
