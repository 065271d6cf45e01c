import { invalid } from './base/invalid';

/** A reason stands in reports, so it must say something. */
export function checkReason(where: string, reason: string): void {
  if (!/\S/.test(reason)) invalid(where, 'reason', reason, 'a sentence that a reviewer can agree with');
}
