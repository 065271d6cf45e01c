import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { Problems } from '../core/private/problems';

/** MiB that Fargate has for CPU units: fewest, most, and the step. Documented: "Task definition parameters for Amazon ECS on Fargate", task size. */
const MEMORY: Readonly<Record<number, { readonly least: number; readonly most: number; readonly step: number }>> = {
  256: { least: 512, most: 2_048, step: 512 },
  512: { least: 1_024, most: 4_096, step: 1_024 },
  1024: { least: 2_048, most: 8_192, step: 1_024 },
  2048: { least: 4_096, most: 16_384, step: 1_024 },
  4096: { least: 8_192, most: 30_720, step: 1_024 },
  8192: { least: 16_384, most: 61_440, step: 4_096 },
  16384: { least: 32_768, most: 122_880, step: 8_192 },
};

/** Reports a size that Fargate does not have. */
export function checkSize(scope: IConstruct, cpu: number, memoryMiB: number): void {
  const problems = new Problems(scope);
  if (Token.isUnresolved(cpu)) return;
  const { [cpu]: sizes } = MEMORY;
  if (sizes === undefined) {
    problems.add('compute.cpu', cpu, `one of ${Object.keys(MEMORY).join(', ')}`);
    return;
  }
  if (Token.isUnresolved(memoryMiB)) return;
  const { least, most, step } = sizes;
  // The smallest size has 512, 1024 and 2048 MiB.
  const isStep = cpu === 256 ? [512, 1_024, 2_048].includes(memoryMiB) : memoryMiB % step === 0;
  if (isStep && memoryMiB >= least && memoryMiB <= most) return;
  const steps = cpu === 256 ? '512, 1024 or 2048' : `${least} to ${most}, in steps of ${step}`;
  problems.add('compute.memoryMiB', memoryMiB, `${steps}, with ${cpu} CPU units`);
}
