import type { Json, JsonObject } from '../../sandbox';
import { stop } from '../isolation/not-supported';
import type { Condition, Statement } from '../isolation/statements';
import { both, type Given } from './choices';
import { isObject, type Reader } from './guarded';
import type { Variables } from './variables';

/** A policy document of a template, with what it is attached to. */
export interface Attached {
  /** The construct path. */
  readonly where: string;
  readonly stack: string;
  readonly document: Json;
  /** With which conditions and parameters it is attached. */
  readonly given: Given;
}

/** A principal in the policy of a resource. */
export type Named =
  | { readonly kind: 'everyone' }
  | { readonly kind: 'account'; readonly account: string }
  | { readonly kind: 'arn'; readonly arn: string }
  | { readonly kind: 'service'; readonly service: string }
  | { readonly kind: 'federated'; readonly provider: string };

/** A statement for one principal, if it belongs to the policy of a resource. */
export interface PolicyStatement extends Statement {
  readonly named?: Named;
}

const ELEMENTS = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition', 'Principal'];

/**
 * The statements of policies, with every condition and parameter of the template as a guard. A statement that names several actions,
 * resources or principals under different conditions becomes several statements, each of which applies by itself.
 *
 * @throws for an element that is not supported
 */
export function statementsIn(reader: Reader, variables: Variables, attached: readonly Attached[]): PolicyStatement[] {
  return attached.flatMap(({ where, stack, document, given }) => {
    const at = (json: Json | undefined) => ({ stack, where, json });
    return reader.branches(at(document), given).flatMap(({ given: own, value }) => {
      if (!isObject(value)) return stop(where, 'its policy is not supported: expected a document');
      const odd = Object.keys(value).find((element) => !['Version', 'Id', 'Statement'].includes(element));
      if (odd !== undefined) stop(where, `its policy is not supported: ${odd} is not an element of a document`);
      const versions = reader.texts(at(value.Version), own);
      const hasVariables = versions.length > 0 && versions.every(({ value: version }) => version === '2012-10-17');
      if (!hasVariables && versions.some(({ value: version }) => version === '2012-10-17'))
        stop(where, 'the version of its policy depends on a condition, which is not supported');
      return reader.items(at(value.Statement), own).flatMap((statement, number) => one(statement, number));

      function one({ given: applies, value: json }: { given: Given; value: Json }, number: number): PolicyStatement[] {
        if (!isObject(json)) return stop(where, 'a statement is not supported: expected an object');
        const name = `${where}, statement ${typeof json.Sid === 'string' ? json.Sid : number}`;
        const unknown = Object.keys(json).find((element) => !ELEMENTS.includes(element));
        if (unknown !== undefined) stop(name, `${unknown} is not supported`);
        const here = (part: Json | undefined) => ({ stack, where: name, json: part });
        const listed = (part: Json | undefined) => reader.texts(here(part), applies);
        const [exceptActions, exceptResources] = [json.NotAction !== undefined, json.NotResource !== undefined];
        const actions = listed(json.Action ?? json.NotAction);
        const resources = listed(json.Resource ?? json.NotResource);
        const principals = json.Principal === undefined ? [undefined] : principalsOf(json.Principal);
        if ((exceptActions && isGuarded(actions)) || (exceptResources && isGuarded(resources)))
          stop(name, 'NotAction or NotResource that depends on a condition is not supported');
        const conditions = conditionsOf(json.Condition);

        return listed(json.Effect).flatMap(({ given: withEffect, value: effect }) => {
          if (effect !== 'Allow' && effect !== 'Deny') return stop(name, `Effect ${effect} is not supported`);
          return principals.flatMap((principal) =>
            grouped(actions, exceptActions).flatMap(([withActions, actionList]) =>
              grouped(resources, exceptResources).flatMap(([withResources, resourceList]) => {
                const all = [withEffect, principal?.given ?? [], withActions, withResources].reduce<Given | undefined>(
                  (known, more) => known && both(known, more),
                  applies,
                );
                if (all === undefined) return [];
                return {
                  ...{ where: name, effect, actions: actionList, resources: resourceList, conditions, exceptActions, exceptResources },
                  ...{ withoutVariables: !hasVariables, given: variables.term(all), named: principal?.named },
                };
              }),
            ),
          );
        });

        function isGuarded(values: readonly { readonly given: Given }[]): boolean {
          return values.some((value) => value.given.length > applies.length);
        }

        /** Values under the same conditions stay together. */
        function grouped(values: readonly { given: Given; value: string }[], isExcept: boolean): [Given, string[]][] {
          if (values.length === 0) return [[applies, []]];
          if (isExcept) return [[applies, values.map(({ value: text }) => text)]];
          const groups = new Map<string, [Given, string[]]>();
          for (const { given: each, value: text } of values) {
            const key = JSON.stringify(each);
            const group = groups.get(key) ?? [each, []];
            group[1].push(text);
            groups.set(key, group);
          }
          return [...groups.values()];
        }

        function conditionsOf(part: Json | undefined): Condition[] {
          return reader.branches(here(part), applies).flatMap(({ given: withAll, value: operators }) =>
            namesIn(name, operators).flatMap(([operator, keys]) =>
              reader.branches(here(keys), withAll).flatMap(({ given: withOperator, value: entries }) =>
                namesIn(`${name}, ${operator}`, entries).map(([key, values]): Condition => {
                  const all = reader.texts(here(values), withOperator);
                  return {
                    ...{ operator, key, values: all.map(({ value: text }) => text), given: variables.term(withOperator) },
                    valuesGiven: all.map(({ given: each }) => variables.term(each)),
                  };
                }),
              ),
            ),
          );
        }

        function principalsOf(part: Json): { given: Given; named: Named }[] {
          return reader.branches(here(part), applies).flatMap(({ given: withPrincipal, value: element }) => {
            if (element === '*') return [{ given: withPrincipal, named: { kind: 'everyone' } }];
            if (!isObject(element)) return stop(name, `Principal ${JSON.stringify(element)} is not supported`);
            return Object.entries(element).flatMap(([kind, names]) =>
              reader
                .texts(here(names), withPrincipal)
                .map(({ given: each, value: text }) => ({ given: each, named: namedBy(name, kind, text) })),
            );
          });
        }
      }
    });
  });
}

/** Operators, or keys: what is left out would make a denial stronger than it is. */
function namesIn(where: string, json: Json): [string, Json][] {
  const odd = isObject(json) ? Object.keys(json).find((key) => /^(Ref$|Fn::)/.test(key)) : JSON.stringify(json);
  return odd === undefined ? Object.entries(json as JsonObject) : stop(where, `Condition ${odd} is not supported`);
}

function namedBy(where: string, kind: string, text: string): Named {
  if (kind === 'Service') return { kind: 'service', service: text };
  if (kind === 'Federated') return { kind: 'federated', provider: text };
  if (kind !== 'AWS') return stop(where, `Principal ${kind} is not supported`);
  const account = /^(?:arn:[^:]+:iam::)?(\d{12})(?::root)?$/.exec(text)?.[1];
  if (text === '*') return { kind: 'everyone' };
  return account === undefined ? { kind: 'arn', arn: text } : { kind: 'account', account };
}
