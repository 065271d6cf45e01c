import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';

/** Invokes the function of a place. @throws with its error */
export async function invoke<Answer>(client: LambdaClient, place: string, FunctionName: string, request: object): Promise<Answer> {
  const { FunctionError, Payload } = await client.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(request) }));
  const answer = JSON.parse(Payload?.transformToString() ?? '{}') as unknown;
  if (FunctionError !== undefined)
    throw new Error(`${place} failed: ${(answer as { readonly errorMessage?: string }).errorMessage ?? FunctionError}`);
  return answer as Answer;
}
