import { FunctionTarget } from '../../src';
import { places, templateOf, testStack } from '../synth';
import { bareApi } from '../tenant-isolated-api/fixtures';
import { secureFunction } from './fixtures';

test.each(places)('two functions work %s', (_, into) => {
  const stack = into((scope) => {
    for (const id of ['Grades', 'Visits']) secureFunction(scope, {}, id);
  });
  const template = templateOf(stack);
  template.resourceCountIs('AWS::Lambda::Function', 2);
  template.resourceCountIs('AWS::SQS::Queue', 2);
  template.resourceCountIs('AWS::Logs::LogGroup', 2);
});

test('it can be the target of a route', () => {
  const stack = testStack();
  bareApi(stack).addRoute('GET /grades', FunctionTarget.of(secureFunction(stack).function));
  templateOf(stack).hasResourceProperties('AWS::ApiGateway::Method', { Integration: { Type: 'AWS_PROXY' } });
});
