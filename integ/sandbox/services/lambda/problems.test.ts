import { NotYetKnown } from '../../assembly/errors';
import type { JsonObject } from '../../contracts';
import { problemsOf } from './problems';
import { assemblyOf, functionsOfEachTest, inline } from './testing';

const start = functionsOfEachTest();

test.each<[JsonObject, string]>([
  [
    { Runtime: 'java21' },
    'AWS::Lambda::Function.Runtime is not supported (Stack.Fn): java21; it must be one of nodejs20.x, nodejs22.x, nodejs24.x, python3.10, python3.11, python3.12, python3.13, python3.14',
  ],
  [{ Layers: ['arn'] }, 'AWS::Lambda::Function.Layers is not supported (Stack.Fn): arn is not a layer of this assembly'],
  [
    { Environment: { Variables: { AWS_REGION: 'x' } } },
    'AWS::Lambda::Function.Environment.Variables.AWS_REGION is not supported (Stack.Fn): Lambda reserves this name',
  ],
  [{ Timeout: 901 }, 'AWS::Lambda::Function.Timeout is 901 (Stack.Fn): it must be a whole number from 1 to 900'],
  [{ Timeout: 1.5 }, 'AWS::Lambda::Function.Timeout is 1.5 (Stack.Fn): it must be a whole number from 1 to 900'],
  [{ MemorySize: 64 }, 'AWS::Lambda::Function.MemorySize is 64 (Stack.Fn): it must be a whole number from 128 to 10240'],
  [
    { ReservedConcurrentExecutions: -1 },
    'AWS::Lambda::Function.ReservedConcurrentExecutions is -1 (Stack.Fn): it must be a whole number of 0 or more',
  ],
])('a function with %j is rejected by name, and other functions run', async (properties, problem) => {
  const resources = { Fn: inline('', properties), Other: inline('exports.handler = async () => "runs"') };
  expect(problemsOf(assemblyOf(resources)).map(({ message }) => message)).toEqual([problem]);
  const { invoke } = await start(resources);
  await expect(invoke('Fn')).rejects.toThrow(problem);
  expect((await invoke('Other')).payload).toBe('runs');
});

test('a value that only a custom resource knows is not reported', () => {
  const assembly = assemblyOf({ Fn: inline('') });
  const properties = () => {
    throw new NotYetKnown('Stack.Custom.Value');
  };
  expect(problemsOf({ ...assembly, properties })).toEqual([]);
});
