/** Reports lines, except those that are expected while something runs. */
export interface Expectation {
  report(line: string): void;
  during<T>(act: () => Promise<T>): Promise<T>;
}

export function createExpectation(report: (line: string) => void, isExpected: (line: string) => boolean): Expectation {
  let expecting = false;
  return {
    report: (line) => {
      if (!(expecting && isExpected(line))) report(line);
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
