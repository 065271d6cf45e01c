import type { Json } from '../../sandbox';
import type { Choices } from '../../sandbox/assembly';
import { stop } from '../isolation/not-supported';

/** A condition of a template that is true or false, or a parameter with one of its allowed values. */
export interface Choice {
  readonly kind: 'condition' | 'parameter';
  /** `Stack.Name` */
  readonly name: string;
  readonly value: boolean | string;
}

/** Choices that are all made: a conjunction. Without any, it is always so. */
export type Given = readonly Choice[];

/** A value of an expression, and with which conditions and parameters it has it. */
export interface Guarded<T> {
  readonly given: Given;
  readonly value: T;
}

/** The choices together; undefined if they contradict each other. */
export function both(one: Given, other: Given): Given | undefined {
  const isNew = (choice: Choice) => !one.some((known) => isSameQuestion(known, choice));
  const contradicts = other.some((choice) => one.some((known) => isSameQuestion(known, choice) && known.value !== choice.value));
  return contradicts ? undefined : [...one, ...other.filter(isNew)];
}

function isSameQuestion(one: Choice, other: Choice): boolean {
  return one.kind === other.kind && one.name === other.name;
}

/** More combinations in one text are a template that nobody reads. */
const MAXIMUM_COMBINATIONS = 1_024;

/**
 * Evaluates an expression of a template with every condition and parameter that it uses: it is evaluated again for each combination, and no
 * condition is asked about that it does not need.
 */
export class Explorer implements Choices {
  private isExploring = false;
  /** The choices of this evaluation, and which of their options is taken. */
  private taken: { readonly kind: Choice['kind']; readonly name: string; readonly options: readonly Choice['value'][]; at: number }[] = [];
  private position = 0;
  private fixed: ReadonlyMap<string, Choice['value']> | undefined;

  /** All values of an evaluation. */
  public all<T>(what: string, evaluate: () => T): Guarded<T>[] {
    const found: Guarded<T>[] = [];
    this.isExploring = true;
    try {
      for (this.taken = []; ; ) {
        this.position = 0;
        const value = evaluate();
        found.push({ given: this.taken.map(({ kind, name, options, at }) => ({ kind, name, value: options[at] })), value });
        if (found.length > MAXIMUM_COMBINATIONS) stop(what, 'one text depends on too many conditions and parameters');
        while (this.taken.length > 0 && this.taken[this.taken.length - 1].at === this.taken[this.taken.length - 1].options.length - 1)
          this.taken.pop();
        if (this.taken.length === 0) return found;
        this.taken[this.taken.length - 1].at += 1;
      }
    } finally {
      this.isExploring = false;
    }
  }

  /** The value of an evaluation with these choices; what they don't name is false, or the first allowed value. */
  public with<T>(given: ReadonlyMap<string, Choice['value']>, evaluate: () => T): T {
    this.fixed = given;
    try {
      return evaluate();
    } finally {
      this.fixed = undefined;
    }
  }

  public condition(stack: string, name: string): boolean {
    return this.choose('condition', `${stack}.${name}`, [false, true]) as boolean;
  }

  public parameter(
    stack: string,
    name: string,
    { AllowedValues: allowed }: { readonly AllowedValues?: readonly Json[] },
    at: string,
  ): Json {
    if (allowed === undefined || allowed.length === 0)
      return stop(at, `the parameter ${stack}.${name} is free text in a policy: give it allowed values`);
    return this.choose('parameter', `${stack}.${name}`, allowed.map(String));
  }

  private choose(kind: Choice['kind'], name: string, options: readonly Choice['value'][]): Choice['value'] {
    if (this.fixed !== undefined) return this.fixed.get(`${kind} ${name}`) ?? options[0];
    if (!this.isExploring) return stop(name, 'a name of the assembly depends on it, which is not supported');
    const known = this.taken.slice(0, this.position).find((choice) => choice.kind === kind && choice.name === name);
    if (known !== undefined) return known.options[known.at];
    if (this.position === this.taken.length) this.taken.push({ kind, name, options, at: 0 });
    const chosen = this.taken[this.position];
    this.position += 1;
    return chosen.options[chosen.at];
  }
}
