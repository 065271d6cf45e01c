import type { Transition } from '../../sandbox';

/** Counts executions of a period that send while another one does. */
export class AtOnce {
  private readonly sending = new Map<string, Set<string>>();
  count = 0;

  /** @param transition of any state machine of the app */
  see({ state, phase, executionArn, stateMachineArn }: Pick<Transition, 'state' | 'phase' | 'executionArn' | 'stateMachineArn'>): void {
    if (state !== SEND_ALL) return;
    const name = executionArn.slice(executionArn.lastIndexOf(':') + 1);
    const period = `${stateMachineArn} ${name.slice(0, name.lastIndexOf('-'))}`;
    const executions = this.sending.get(period) ?? new Set();
    this.sending.set(period, executions);
    if (phase === 'ENTERED') {
      executions.add(name);
      if (executions.size > 1) this.count += 1;
    }
    if (phase === 'EXITED' || phase === 'FAILED') executions.delete(name);
  }
}

const SEND_ALL = 'Send the reports';
