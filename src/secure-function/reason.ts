import { refuse } from '../core/private/base/refuse';

/** A reason stands in reports, so it must say something. */
export function checkReason(where: string, reason: string): void {
  if (!/\S/.test(reason)) refuse(where, 'reason', reason, 'be a sentence that a reviewer can agree with');
}
