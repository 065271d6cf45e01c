import { findMachine } from '../machines';
import type { Operation } from './operation';

export const describeStateMachine: Operation = {
  resource: 'stateMachineArn',
  execute({ stateMachineArn }, { assembly }) {
    const { machine } = findMachine(assembly, String(stateMachineArn));
    const name = String(stateMachineArn).split(':').pop() ?? '';
    return {
      stateMachineArn,
      name,
      status: 'ACTIVE',
      definition: machine.text,
      roleArn: machine.roleArn,
      type: machine.type,
      creationDate: 0,
    };
  },
};
