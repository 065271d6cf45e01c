import { invalid } from './base/invalid';

/** A reason appears in reports, so it must not be empty. */
export function checkReason(where: string, reason: string): void {
  if (!/\S/.test(reason)) invalid(where, 'reason', reason, 'a sentence that a reviewer can agree with');
}
