import { Token } from 'aws-cdk-lib';

/** The first of some values that is known at synthesis, for texts that people read; otherwise a placeholder, such as `<region>`. */
export function known(placeholder: string, ...values: string[]): string {
  return values.find((value) => !Token.isUnresolved(value)) ?? placeholder;
}
