import type { Assembly, Resource } from '../../contracts';
import { ServiceError } from '../../protocol/service-error';
import { type Definition, readDefinition } from './definition/definition';
import { NotSupported } from './definition/not-supported';

export const STATE_MACHINE = 'AWS::StepFunctions::StateMachine';

/** A state machine of the template. */
export interface Machine {
  readonly definition: Definition;
  readonly text: string;
  readonly roleArn: string;
  readonly type: 'STANDARD' | 'EXPRESS';
}

/** @throws with the name of what is not supported */
export function readMachine(assembly: Assembly, resource: Resource): Machine {
  const { DefinitionString, RoleArn, StateMachineType } = assembly.properties(resource);
  const text = String(DefinitionString);
  try {
    const type = StateMachineType === 'EXPRESS' ? 'EXPRESS' : 'STANDARD';
    return { definition: readDefinition(text), text, roleArn: String(RoleArn), type };
  } catch (error) {
    if (!(error instanceof NotSupported)) throw error;
    throw new ServiceError(error.name, `${resource.type}.DefinitionString (${resource.id}): ${error.message}`);
  }
}

/** @throws ServiceError if the assembly has no such state machine */
export function findMachine(assembly: Assembly, stateMachineArn: string): { readonly machine: Machine; readonly resource: Resource } {
  const resource = assembly.ofType(STATE_MACHINE).find((one) => assembly.ref(one) === stateMachineArn);
  if (resource === undefined) {
    throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${stateMachineArn}'`);
  }
  return { machine: assembly.read(resource, readMachine), resource };
}
