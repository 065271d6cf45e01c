import { enginesFolder } from './install';
import { findPython, type Python } from './python';

/** The Python of the engines, for programs of the sandbox. */
export function enginePython(report: (line: string) => void): Promise<Python> {
  return findPython(enginesFolder(), report);
}
