import { invalid } from './base/invalid';

/** Rejects an empty reason, because reasons appear in compliance reports. */
export function checkReason(where: string, reason: string): void {
  if (!/\S/.test(reason)) invalid(where, 'reason', reason, 'a sentence that a reviewer can agree with');
}
