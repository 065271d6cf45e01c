import { generator, shuffled } from '../../kit/random';
import type { Assembly } from '../../sandbox';
import type { Change, Subject } from './changes';
import type { Templates } from './configurations';
import { addPermission, addResourcePolicy, addRole, addUnderCondition, attachPolicy } from './grants';
import {
  addPrincipal,
  dropCondition,
  loosenPattern,
  moveIntoIf,
  type Operator,
  swapKey,
  swapOperator,
  weakenDenial,
  widenAction,
  widenResource,
} from './operators';
import { placesOf } from './places';

/** A copy of the templates with one change. */
export interface Mutant {
  readonly operator: string;
  /** The same for the same seed: `drop-condition 7`. */
  readonly name: string;
  readonly what: string;
  readonly templates: Templates;
}

export const OPERATORS: readonly Operator[] = [
  ...[dropCondition, swapOperator, swapKey, loosenPattern, widenResource, widenAction, weakenDenial, addPrincipal, moveIntoIf],
  ...[addPermission, attachPolicy, addResourcePolicy, addUnderCondition, addRole],
];

/** Most changes are of statements about tenants' data; a tenth of them may be about anything. */
const ANYTHING = 0.1;

/** Mutants of an app, the same for the same seed: at least `count` of them, as many of each operator. */
export function mutantsOf(
  templates: Templates,
  assembly: Assembly,
  { count, seed }: { readonly count: number; readonly seed: number },
): Mutant[] {
  const subject = subjectOf(templates, assembly);
  const share = Math.ceil(count / OPERATORS.length);
  const chosen = OPERATORS.map(({ name, changes }, number) => ({ name, changes: chooseFrom(changes(subject), generator(seed + number)) }));
  // What an operator has too little of, the others make up for.
  const missing = chosen.reduce((sum, { changes }) => sum + Math.max(0, share - changes.length), 0);
  const more = Math.ceil(missing / Math.max(1, chosen.filter(({ changes }) => changes.length > share).length));
  return chosen.flatMap(({ name, changes }) =>
    changes.slice(0, share + more).map((change, number) => ({
      ...{ operator: name, name: `${name} ${number}`, what: change.what },
      templates: change.apply(),
    })),
  );
}

function chooseFrom(changes: readonly Change[], random: () => number): Change[] {
  const all = shuffled(changes, random);
  const relevant = all.filter((change) => change.isRelevant || random() < ANYTHING);
  return [...relevant, ...all.filter((change) => !relevant.includes(change))];
}

function subjectOf(templates: Templates, assembly: Assembly): Subject {
  const arns = (type: string) => assembly.ofType(type).map((resource) => assembly.attribute(resource, 'Arn'));
  const keys = templates.contents.stacks.map(({ key }) => key);
  return {
    templates,
    places: placesOf(templates),
    data: [
      ...arns('AWS::DynamoDB::Table'),
      ...arns('AWS::S3::Bucket').map((arn) => `${arn}/*`),
      ...arns('AWS::SQS::Queue'),
      ...arns('AWS::KMS::Key'),
    ],
    roles: assembly.ofType('AWS::IAM::Role').map((role) => ({
      ...{ stack: keys.indexOf(role.stack), logicalId: role.logicalId },
      arn: assembly.attribute(role, 'Arn'),
    })),
    account: assembly.account,
  };
}
