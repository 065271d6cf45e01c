/** Reports lines, except those that are expected while something runs. */
export interface Expectation {
  say(line: string): void;
  during<T>(act: () => Promise<T>): Promise<T>;
}

export function createExpectation(say: (line: string) => void, isExpected: (line: string) => boolean): Expectation {
  let expecting = false;
  return {
    say: (line) => {
      if (!(expecting && isExpected(line))) say(line);
    },
    async during(act) {
      expecting = true;
      try {
        return await act();
      } finally {
        expecting = false;
      }
    },
  };
}
