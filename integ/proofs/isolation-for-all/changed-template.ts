import type { Json, JsonObject } from '../../sandbox';
import type { Expected } from './expected';
import { findings } from './findings';
import { document, smallTemplate, templatesOf } from './small-template';
import type { Solver } from './solver';

const EXPECTED: Expected = {
  reach: [{ principal: 'App.Service', on: 'App.Tenants', actions: ['sts:AssumeRole'], why: 'opens sessions' }],
  tenantIndexes: [],
};

export type Changed = ReturnType<typeof smallTemplate> & { Conditions?: JsonObject; Parameters?: object };
export type Change = (resources: Changed['Resources'], template: Changed) => void;

/**
 * Who reaches what in the small template with a change, or the error that stops the proof. The template has no account and no Region.
 *
 * @throws if the evaluator denies what is found
 */
export async function resultOf(solver: Solver, change: Change): Promise<string[] | string> {
  const template: Changed = smallTemplate();
  change(template.Resources, template);
  const all = await findings(solver, templatesOf(template as Parameters<typeof templatesOf>[0], true), EXPECTED).catch(
    (error: Error) => error,
  );
  if (all instanceof Error) return all.message;
  const denied = all.find(({ confirmed }) => !confirmed);
  if (denied !== undefined) throw new Error(`The evaluator denies ${JSON.stringify(denied)}`);
  return [...new Set(all.map(({ principal, reaches }) => `${principal}: ${reaches.action} on ${reaches.resource}`))].sort();
}

export const arn = (id: string): JsonObject => ({ 'Fn::GetAtt': [id, 'Arn'] });
export const sub = (text: string): JsonObject => ({ 'Fn::Sub': text });
export const objects = sub('${Files.Arn}/*');
export const allow = (Action: Json, Resource: Json, more: JsonObject = {}): JsonObject => ({ Effect: 'Allow', Action, Resource, ...more });
export const read = allow('dynamodb:GetItem', '*');

/** A role with one statement. */
export function reader(statement: JsonObject, more: JsonObject = {}) {
  const AssumeRolePolicyDocument = document({
    ...{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
  });
  const Policies = [{ PolicyName: 'P', PolicyDocument: document(statement) }];
  return { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument, Policies, ...more } };
}
