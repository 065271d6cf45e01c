import {
  answerOfFunction,
  answerOfFunctionError,
  answerOfHttpTask,
  answerOfHttpTaskError,
  type CallResult,
  type TaskError,
} from './answer';

export type TransportName = 'httpTask' | 'function';

/** How the result or the error of a call is read, and how late after its turn a call may be made. */
export interface TransportRules {
  result(result: unknown): CallResult;
  error(error: TaskError): CallResult;
  readonly latenessMs: number;
  /** Whether the task gets the payload itself, and not where it is. */
  readonly hasBody: boolean;
}

export const TRANSPORTS: Readonly<Record<TransportName, TransportRules>> = {
  httpTask: { result: answerOfHttpTask, error: answerOfHttpTaskError, latenessMs: 2_000, hasBody: true },
  function: { result: answerOfFunction, error: answerOfFunctionError, latenessMs: 1_000, hasBody: false },
};
