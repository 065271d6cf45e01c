import type { Json, JsonObject } from '../../sandbox';
import {
  type Change,
  eachDocument,
  eachStatement,
  isPermission,
  keysIn,
  mapConditions,
  resourcesOf,
  type Subject,
  unless,
  withSwitch,
} from './changes';
import { conditionsIn, listOf, type Place, withTexts } from './places';

/** One kind of mistake that somebody can make in a policy. */
export interface Operator {
  readonly name: string;
  /** Every change of this kind that it can make. */
  changes(subject: Subject): Change[];
}

const TAG = /\$\{aws:PrincipalTag\/[^}]+\}/;
const AFTER_TAG = /(\$\{aws:PrincipalTag\/[^}]+\})[#/]\*/g;

/** A condition, or all conditions on a key in a document with the denials that consist of them. */
export const dropCondition: Operator = {
  name: 'drop-condition',
  changes: (subject) => [
    ...eachStatement(subject, (statement) =>
      conditionsIn(statement).map(({ operator, key }) => [
        `without ${operator} of ${key}`,
        mapConditions(statement, (entry) => (entry.operator === operator && entry.key === key ? [] : [entry])),
      ]),
    ),
    ...eachDocument(subject, (place) =>
      keysIn(place).map((key) => [`without conditions on ${key}`, without((entry) => entry.key === key)]),
    ),
    ...eachDocument(subject, () => [['without Null', without((entry) => entry.operator === 'Null')]]),
  ],
};

function without(isDropped: (entry: ReturnType<typeof conditionsIn>[number]) => boolean) {
  return (statement: JsonObject): JsonObject | undefined => {
    const entries = conditionsIn(statement);
    if (!entries.some(isDropped)) return statement;
    if (isPermission(statement)) return mapConditions(statement, (entry) => (isDropped(entry) ? [] : [entry]));
    // Without a part of its conditions, a denial would deny more.
    return entries.every(isDropped) ? undefined : statement;
  };
}

/** An operator, or all operators on a key in a document. */
export const swapOperator: Operator = {
  name: 'swap-operator',
  changes: (subject) => [
    ...eachStatement(subject, (statement) =>
      conditionsIn(statement).flatMap(({ operator, key, values }) =>
        swapsOf(operator, values).map(
          (swap) =>
            [
              `${swap.operator} of ${key} instead of ${operator}`,
              mapConditions(statement, (entry) => (entry.operator === operator && entry.key === key ? [{ key, ...swap }] : [entry])),
            ] as const,
        ),
      ),
    ),
    ...eachDocument(subject, (place) =>
      keysIn(place).flatMap((key) =>
        [0, 1, 2].flatMap((allowed) =>
          [0, 1, 2].map(
            (denied) =>
              [
                `other operators on ${key} (${allowed}, ${denied})`,
                (statement: JsonObject) =>
                  mapConditions(statement, (entry) => {
                    const swaps = entry.key === key && entry.operator !== 'Null' ? swapsOf(entry.operator, entry.values) : [];
                    const swap = swaps[isPermission(statement) ? allowed : denied];
                    return [swap === undefined ? entry : { key, ...swap }];
                  }),
              ] as const,
          ),
        ),
      ),
    ),
  ],
};

const OPPOSITES: Readonly<Record<string, string>> = {
  StringEquals: 'StringNotEquals',
  StringNotEquals: 'StringEquals',
  StringLike: 'StringNotLike',
  StringNotLike: 'StringLike',
};

/** Operators that are easily confused with one, with the values. */
function swapsOf(operator: string, values: Json): { operator: string; values: Json }[] {
  if (operator === 'Null') return [{ operator, values: withTexts(values, (text) => (text === 'true' ? 'false' : 'true')) }];
  const [, set = '', base, ifExists = ''] = /^(ForAllValues:|ForAnyValue:)?(.*?)(IfExists)?$/.exec(operator) ?? [];
  const opposite = OPPOSITES[base];
  if (opposite === undefined) return [];
  const otherSet = set === 'ForAllValues:' ? 'ForAnyValue:' : 'ForAllValues:';
  const names = [`${otherSet}${base}`, `${set}${opposite}${ifExists}`, ...(set === '' && ifExists === '' ? [`${base}IfExists`] : [])];
  return names.map((name) => ({ operator: name, values }));
}

const OTHER_KEYS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^dynamodb:LeadingKeys$/i, ['dynamodb:Attributes', 'dynamodb:Select', 'aws:PrincipalArn']],
  [/^dynamodb:Attributes$/i, ['dynamodb:LeadingKeys', 'dynamodb:Select']],
  [/^s3:prefix$/i, ['s3:delimiter', 'aws:PrincipalArn']],
  [/^kms:ViaService$/i, ['kms:CallerAccount', 'aws:SourceArn']],
  [/^aws:RequestTag\//i, ['aws:PrincipalTag/team', 'aws:RequestTag/team', 'aws:TagKeys']],
  [/^aws:TagKeys$/i, ['aws:RequestTag/team', 'aws:PrincipalArn']],
  [/^aws:PrincipalTag\//i, ['aws:PrincipalTag/team', 'aws:RequestTag/team', 'aws:PrincipalArn']],
];

/** A condition key or a policy variable, once or in all of a document. */
export const swapKey: Operator = {
  name: 'swap-key',
  changes: (subject) => [
    ...eachStatement(subject, (statement) =>
      conditionsIn(statement).flatMap(({ operator, key }) =>
        othersOf(key).map(
          (other) =>
            [
              `${operator} of ${other} instead of ${key}`,
              mapConditions(statement, (entry) => [entry.operator === operator && entry.key === key ? { ...entry, key: other } : entry]),
            ] as const,
        ),
      ),
    ),
    ...eachDocument(subject, (place) =>
      keysIn(place).flatMap((key) =>
        othersOf(key).flatMap((other) =>
          [true, false].map(
            (withNull) =>
              [
                `${other} instead of ${key}${withNull ? '' : ', except in Null'}`,
                (statement: JsonObject) =>
                  mapConditions(statement, (entry) => [
                    entry.key === key && (withNull || entry.operator !== 'Null') ? { ...entry, key: other } : entry,
                  ]),
              ] as const,
          ),
        ),
      ),
    ),
    ...eachDocument(subject, () =>
      ['${aws:PrincipalTag/team}', '${aws:PrincipalAccount}'].map((variable) => [
        `${variable} instead of the tag`,
        (statement) => withTexts(statement, (text) => text.replace(TAG, variable)),
      ]),
    ),
  ],
};

function othersOf(key: string): readonly string[] {
  const own = OTHER_KEYS.filter(([pattern]) => pattern.test(key)).flatMap(([, others]) => others);
  return /^aws:RequestTag\//i.test(key) ? [key.replace(/^aws:RequestTag/i, 'aws:PrincipalTag'), ...own] : own;
}

/** A pattern in a condition, or one in all of a document, that matches more; or one of several patterns left out. */
export const loosenPattern: Operator = {
  name: 'loosen-pattern',
  changes: (subject) => [
    ...eachStatement(subject, (statement) =>
      conditionsIn(statement).flatMap(({ operator, key, values }) => {
        const replaced = (what: string, others: Json) =>
          [
            `${operator} of ${key}: ${what}`,
            mapConditions(statement, (entry) => [entry.operator === operator && entry.key === key ? { ...entry, values: others } : entry]),
          ] as const;
        const all = listOf(values);
        return [
          ...LOOSER.map(([what, loosen]) => replaced(what, withTexts(values, loosen))).filter(([, other]) => !isEqual(other, statement)),
          ...(all.length > 1
            ? all.map((value, number) =>
                replaced(
                  `without ${value}`,
                  all.filter((_, at) => at !== number),
                ),
              )
            : []),
        ];
      }),
    ),
    ...eachDocument(subject, () => LOOSER.map(([what, loosen]) => [what, (statement) => withTexts(statement, loosen)])),
  ],
};

const LOOSER: readonly (readonly [what: string, loosen: (text: string) => string])[] = [
  ['no separator after the tag', (text) => text.replace(AFTER_TAG, '$1*')],
  ['any text instead of the tag', (text) => text.replace(AFTER_TAG, '*')],
  ['one character instead of the separator', (text) => text.replace(AFTER_TAG, '$1?*')],
  ['anything before the tag', (text) => text.replace(TAG, (tag) => `*${tag}`)],
  ['any value', (text) => (text === '???*' ? '*' : text)],
];

/** A resource of a permission that names more, or one of a denial that names less. */
export const widenResource: Operator = {
  name: 'widen-resource',
  changes: (subject) =>
    eachStatement(subject, (statement) => {
      if (statement.Resource === undefined) return [];
      const resources = resourcesOf(statement);
      const replaced = (what: string, Resource: Json) => [what, { ...statement, Resource }] as const;
      if (!isPermission(statement)) {
        return resources.length > 1
          ? resources.map((_, number) =>
              replaced(
                `without resource ${number}`,
                resources.filter((__, at) => at !== number),
              ),
            )
          : [];
      }
      return [
        replaced('any resource', '*'),
        ...WIDER.map(([what, widen]) => replaced(what, withTexts(statement.Resource, widen))),
        ...subject.data.map((arn) => replaced(`also ${arn}`, [...resources, arn])),
      ].filter(([, other]) => !isEqual(other, statement));
    }),
};

const WIDER: readonly (readonly [what: string, widen: (text: string) => string])[] = [
  ['no slash after the tag', (text) => text.replace(AFTER_TAG, '$1*')],
  ['everything before the tag', (text) => text.replace(/\$\{aws:PrincipalTag\/[^}]+\}.*$/, '*')],
  ['the whole bucket', (text) => (text.startsWith('/') && text.endsWith('/*') ? '/*' : text)],
  ['a folder up', folderUp],
];

/** `/data/club=${aws:PrincipalTag/club}/*` becomes `/data/*`. */
function folderUp(text: string): string {
  if (!text.startsWith('/') || !text.endsWith('/*')) return text;
  // The slash of a variable separates no folders.
  const folders = text.replace(TAG, (tag) => tag.replace('/', ':')).slice(0, -2);
  return `${text.slice(0, folders.lastIndexOf('/') + 1)}*`;
}

const MORE: Readonly<Record<string, readonly string[]>> = {
  dynamodb: ['dynamodb:*', 'dynamodb:Scan', 'dynamodb:Get*', 'dynamodb:PutItem'],
  s3: ['s3:*', 's3:GetObject', 's3:PutObject', 's3:ListBucket', 's3:DeleteObject*', 's3:ListBucketMultipartUploads'],
  kms: ['kms:*', 'kms:Decrypt'],
  sqs: ['sqs:*', 'sqs:ReceiveMessage'],
  sts: ['sts:*'],
};

/** More actions in a permission. */
export const widenAction: Operator = {
  name: 'widen-action',
  changes: (subject) =>
    eachStatement(subject, (statement, { kind }) => {
      if (!isPermission(statement) || kind === 'trust') return [];
      const actions = listOf(statement.Action).map(String);
      const services = [...new Set(actions.map((action) => action.split(':')[0]))];
      const more = services.flatMap((service) => MORE[service] ?? []).filter((action) => !actions.includes(action));
      const { Action: _, ...rest } = statement;
      return [
        ...more.map((action) => [`also ${action}`, { ...statement, Action: [...actions, action] } as JsonObject] as const),
        ['any action', { ...statement, Action: '*' }] as const,
        ['any action except iam:*', { ...rest, NotAction: 'iam:*' }] as const,
      ];
    }),
};

/** A denial that is missing, or denies less, or allows. */
export const weakenDenial: Operator = {
  name: 'weaken-denial',
  changes: (subject) =>
    eachStatement(subject, (statement) => {
      if (isPermission(statement)) return [];
      const actions = listOf(statement.Action);
      return [
        ['removed', undefined],
        ['allows', { ...statement, Effect: 'Allow' }],
        // Each action of a long list left out alone would crowd out the others.
        ...(actions.length > 1 ? [[`without ${actions[0]}`, { ...statement, Action: actions.slice(1) }] as const] : []),
      ];
    }),
};

/** Somebody else in a trust policy or in the policy of a resource. */
export const addPrincipal: Operator = {
  name: 'add-principal',
  changes: (subject) =>
    eachStatement(subject, (statement) => {
      if (!isPermission(statement) || statement.Principal === undefined || statement.Principal === '*') return [];
      const principal = statement.Principal as JsonObject;
      const named = listOf(principal.AWS);
      const others = [...OUTSIDERS, `arn:aws:iam::${subject.account}:role/unrelated`, ...subject.roles.map(({ arn }) => arn)];
      return [
        ['everyone', { ...statement, Principal: '*' }],
        ...others.map((arn) => [`also ${arn}`, { ...statement, Principal: { ...principal, AWS: [...named, arn] } } as JsonObject] as const),
      ];
    }),
};

const OUTSIDERS = ['*', 'arn:aws:iam::210987654321:root', 'arn:aws:iam::210987654321:role/elsewhere'];

/** A guard that depends on a parameter of the template. */
export const moveIntoIf: Operator = {
  name: 'move-into-if',
  changes: (subject) =>
    (['on', 'off'] as const).flatMap((fallback) => {
      const switched = (change: Change, place: Place): Change => ({
        ...change,
        what: `${change.what}, unless a parameter is off (default ${fallback})`,
        apply: () => withSwitch(change.apply(), place.stack, fallback),
      });
      return subject.places.flatMap((place) => {
        const one = { ...subject, places: [place] };
        return [
          ...eachStatement(one, (statement) => [
            ...(statement.Condition === undefined
              ? []
              : [['the conditions', { ...statement, Condition: unless(statement.Condition) }] as const]),
            ...(isPermission(statement) ? [] : [['the denial', unless(statement)] as const]),
            ...(isPermission(statement) && statement.Resource !== undefined
              ? [['the resource', { ...statement, Resource: unless(statement.Resource, '*') }] as const]
              : []),
          ]),
          ...eachDocument(one, () =>
            keysIn(place).map((key) => [
              `all conditions on ${key}`,
              (statement) => {
                const changed = without((entry) => entry.key === key)(statement);
                return changed === statement ? statement : unless(statement, changed);
              },
            ]),
          ),
        ].map((change) => switched(change, place));
      });
    }),
};

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
