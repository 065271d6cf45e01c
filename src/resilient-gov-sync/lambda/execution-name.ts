/** The name of the execution of an attempt. A name cannot be used again for 90 days, so that an attempt is started once. */
export function executionName(period: string, attempt: number): string {
  return `gov-${period}-${attempt}`;
}

/** The ARN of the execution of an attempt. */
export function executionArn(stateMachineArn: string, period: string, attempt: number): string {
  return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${executionName(period, attempt)}`;
}
