import type { Fault } from '../contracts';

/** Injected faults. */
export interface Faults {
  inject(fault: Fault): () => void;
  /** Counts a call and returns the faults that apply to it. @param roleArn of the caller, if it has a role */
  next(service: string, operation: string, roleArn?: string): readonly Fault[];
}

/** Operations that answer each member separately. */
const BY_MEMBER = ['BatchExecuteStatement', 'PutRecordBatch'];

/** @returns an empty list of faults; `inject` throws for a fault that could never apply */
export function createFaults(): Faults {
  const waiting = new Set<{ readonly fault: Fault; seen: number }>();
  return {
    inject(fault) {
      if (fault.statements && (!BY_MEMBER.includes(fault.operation) || fault.afterwards)) {
        throw new Error(`A fault with statements must be for ${BY_MEMBER.join(' or ')} and not afterwards: got ${JSON.stringify(fault)}`);
      }
      const entry = { fault, seen: 0 };
      waiting.add(entry);
      return () => {
        waiting.delete(entry);
      };
    },
    next(service, operation, roleArn) {
      const met: Fault[] = [];
      for (const entry of waiting) {
        const { fault } = entry;
        const isOfCaller = fault.roleArn === undefined || fault.roleArn === roleArn;
        if (fault.service === service && fault.operation === operation && isOfCaller) {
          entry.seen++;
          if (fault.calls?.includes(entry.seen) ?? true) {
            met.push(fault);
          }
        }
      }
      return met;
    },
  };
}

/** The default HTTP status for the error code of a fault. */
export function faultStatus({ status, code }: Fault): number {
  return status ?? (code.startsWith('Internal') ? 500 : code.startsWith('ServiceUnavailable') ? 503 : 400);
}
