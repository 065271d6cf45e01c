/** Checks of the arguments of a proof. Each error says what would be right, and how the proof is called. */
export interface ProofArguments {
  /** @throws UsageError */
  integer(option: string, text: string, least: number, most?: number): number;
  /** A number above 0. @throws UsageError */
  positive(option: string, text: string, most: number): number;
  /** @throws UsageError if there is a text that is none of them */
  oneOf(option: string, text: string | undefined, all: readonly string[]): string | undefined;
}

/** @param usage what the proof accepts after its name */
export function proofArguments(usage: string): ProofArguments {
  const error = (option: string, text: string, expected: string) =>
    Object.assign(new Error(`Invalid --${option} ${text}: expected ${expected}. Usage: ${usage}`), { name: 'UsageError' });
  return {
    integer(option, text, least, most) {
      const value = Number(text);
      const expected = most === undefined ? `an integer from ${least}` : `an integer between ${least} and ${most}`;
      if (!Number.isInteger(value) || value < least || (most !== undefined && value > most)) throw error(option, text, expected);
      return value;
    },
    positive(option, text, most) {
      const value = Number(text);
      if (!(value > 0 && value <= most)) throw error(option, text, `a number above 0, up to ${most}`);
      return value;
    },
    oneOf(option, text, all) {
      if (text !== undefined && !all.includes(text)) throw error(option, text, `one of ${all.join(', ')}`);
      return text;
    },
  };
}
