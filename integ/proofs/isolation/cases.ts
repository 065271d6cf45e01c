import type { Request, Tags } from './evaluate';
import { usesKeys } from './owners';
import type { Platform, TenantRole } from './platform';
import { enclosing, NAMES } from './services';
import { type Access, accesses, permitted } from './targets';

/** One case of requirement 5: what a session requests, and the expected outcome. */
export interface Case {
  readonly name: string;
  readonly tags: Tags;
  /** Requested together, as members of a transaction. */
  readonly requests: readonly Request[];
  readonly expected: 'allowed' | 'denied';
}

/** One way to open a session, and whether the trust policy or STS must deny it. */
export interface Opening {
  readonly name: string;
  readonly tags: Tags;
  readonly expected: 'allowed' | 'denied';
}

// `a-1` is a prefix of `a-10`, `b-10` is unrelated, and the third id has the maximum length.
const [OWN, LONGER, OTHER, LONGEST] = ['a-1', 'a-10', 'b-10', 'a'.repeat(64)];
/** Wildcards. No id can contain them, but a key can. */
const WILD = ['*', 'a*', '??', '???', 'a-?', '${aws:PrincipalTag/school}'];

/** All cases for a role: the accesses that its permissions name, and all other known actions on the resources of its platform. */
export function casesOf(role: TenantRole, platform: Platform): Case[] {
  const names = permitted(role);
  const tagged = (value: string): Tags => ({ [role.tag]: value });
  const another = { [anotherTag(role)]: OWN };
  return accesses(platform).flatMap((access) => {
    const { named, layouts, files, services } = names(access);
    const row = ([name, tags, values, expected = 'denied']: Row): Case[] =>
      requestsOf(access, values).map(({ askedBy, request }) => ({
        name: `${access.action} on ${request.resource} (${askedBy}): ${name}`,
        tags,
        requests: [request],
        // What no permission names is denied for any key.
        expected: named ? expected : 'denied',
      }));
    if (access.facts.fills === 'never') return unboundRows(tagged).flatMap(row);
    if (access.facts.reach === 'items')
      return itemRows(tagged, another)
        .flatMap(row)
        .concat(transactions(access, tagged(OWN)));
    if (access.facts.reach === 'objects')
      return [
        ...access.layouts.flatMap((layout) => objectRows(tagged, another, layout, layouts).flatMap(row)),
        ...access.files.flatMap((layout) => fileRows(tagged, layout, files).flatMap(row)),
        ...access.common.flatMap((folder) => commonRows(tagged, folder, `${folder}x`).flatMap(row)),
      ];
    if (access.facts.reach === 'names')
      return [
        ...access.layouts.flatMap((layout) => nameRows(tagged, layout, layouts).flatMap(row)),
        ...access.files.flatMap((layout) => fileRows(tagged, layout, files).flatMap(row)),
        ...access.common.flatMap((folder) => commonRows(tagged, folder, folder).flatMap(row)),
      ];
    return keyRows(tagged, platform, services).flatMap(row);
  });
}

type Row = readonly [name: string, tags: Tags, values: readonly string[] | undefined, expected?: Case['expected']];
type Tagged = (value: string) => Tags;

/** The service sets no context key for what is accessed. */
function unboundRows(tagged: Tagged): Row[] {
  return [
    ['as the service requests it', tagged(OWN), undefined],
    ['no tag', {}, undefined],
    ['empty tag', tagged(''), undefined],
  ];
}

function itemRows(tagged: Tagged, another: Tags): Row[] {
  const own = `${OWN}#STUDENT#1`;
  return [
    ['own key', tagged(OWN), [own], 'allowed'],
    ['own keys', tagged(OWN), [own, `${OWN}#COURSE#2`, `${OWN}#`], 'allowed'],
    ['own key of the longest id', tagged(LONGEST), [`${LONGEST}#x`], 'allowed'],
    ["own key that contains another tenant's after its own", tagged(OWN), [`${OWN}#${OTHER}#x`], 'allowed'],
    ["another tenant's key", tagged(OWN), [`${OTHER}#STUDENT#1`]],
    ["own and another tenant's key", tagged(OWN), [own, `${OTHER}#STUDENT#1`]],
    [
      "another tenant's key after a full batch of own keys",
      tagged(OWN),
      [...Array.from({ length: 24 }, (_, n) => `${own}${n}`), `${OTHER}#x`],
    ],
    ['key missing from the context', tagged(OWN), undefined],
    ['no tag', {}, [own]],
    ['no tag, key missing', {}, undefined],
    ['empty tag', tagged(''), ['#x']],
    ["empty tag, a tenant's key", tagged(''), [own]],
    ['empty tag, key missing', tagged(''), undefined],
    ['another tag alone', another, [own]],
    [`${OWN} asks for ${LONGER}`, tagged(OWN), [`${LONGER}#x`]],
    [`${LONGER} asks for ${OWN}`, tagged(LONGER), [`${OWN}#x`]],
    ['the id alone', tagged(OWN), [OWN]],
    ['the id in capitals', tagged(OWN), [`${OWN.toUpperCase()}#x`]],
    ['a blank before the id', tagged(OWN), [` ${own}`]],
    ['a key that is empty', tagged(OWN), ['']],
    ...WILD.map((wild): Row => [`the key ${wild}#x`, tagged(OWN), [`${wild}#x`]]),
    ...WILD.map((wild): Row => [`the tag ${wild}`, tagged(wild), [own]]),
  ];
}

/** Own objects are allowed in the layouts that the role's permissions name, and nothing in other layouts. */
function objectRows(tagged: Tagged, another: Tags, layout: string, own: readonly string[]): Row[] {
  const at = filled(layout);
  const rest: Row[] = [
    ["another tenant's object", tagged(OWN), [`${at}${OTHER}/x`]],
    [`${OWN} asks for ${LONGER}`, tagged(OWN), [`${at}${LONGER}/x`]],
    [`${LONGER} asks for ${OWN}`, tagged(LONGER), [`${at}${OWN}/x`]],
    ['the id without a slash', tagged(OWN), [`${at}${OWN}`]],
    ["the own id in another tenant's folder", tagged(OWN), [`${at}${OTHER}/${at}${OWN}/x`]],
    ["the own id in another tenant's folder, at any depth", tagged(OWN), [`${at}${OTHER}/${OWN}/x`]],
    ['the own id outside the layout', tagged(OWN), [`elsewhere/${OWN}/x`]],
    ['no tag', {}, [`${at}${OWN}/x`]],
    ['empty tag', tagged(''), [`${at}/x`]],
    ["empty tag, a tenant's object", tagged(''), [`${at}${OWN}/x`]],
    ['another tag alone', another, [`${at}${OWN}/x`]],
    ...WILD.map((wild): Row => [`the tag ${wild}`, tagged(wild), [`${at}${OWN}/x`]]),
  ];
  if (!own.includes(layout)) return [['own object where it has no permission', tagged(OWN), [`${at}${OWN}/x`]], ...rest];
  return [
    ['own object', tagged(OWN), [`${at}${OWN}/x`], 'allowed'],
    ['own object of the longest id', tagged(LONGEST), [`${at}${LONGEST}/x`], 'allowed'],
    // S3 does not resolve dots: this is an ordinary name in the own folder.
    ['own object whose name has dots', tagged(OWN), [`${at}${OWN}/../${OTHER}/x`], 'allowed'],
    ...rest,
  ];
}

/** The name of a file, as an object or as the prefix of a list. */
function fileRows(tagged: Tagged, layout: string, own: readonly string[]): Row[] {
  const at = filled(layout);
  const isOwn = own.includes(layout) ? 'allowed' : 'denied';
  return [
    ['own file', tagged(OWN), [`${at}${OWN}.json`], isOwn],
    ['own file of the longest id', tagged(LONGEST), [`${at}${LONGEST}.json`], isOwn],
    ["another tenant's file", tagged(OWN), [`${at}${OTHER}.json`]],
    [`${OWN} asks for the file of ${LONGER}`, tagged(OWN), [`${at}${LONGER}.json`]],
    [`${LONGER} asks for the file of ${OWN}`, tagged(LONGER), [`${at}${OWN}.json`]],
    ['the id without a dot', tagged(OWN), [`${at}${OWN}`]],
    ["the own file in another tenant's folder", tagged(OWN), [`${at}${OTHER}/${OWN}.json`]],
    ['the folder of the files', tagged(OWN), [at]],
    ['no tag, a file', {}, [`${at}${OWN}.json`]],
    ['empty tag, a file', tagged(''), [`${at}${OWN}.json`]],
    ...WILD.map((wild): Row => [`the tag ${wild}, a file`, tagged(wild), [`${at}${OWN}.json`]]),
  ];
}

/** What belongs to all tenants, such as query results and what is in quarantine. */
function commonRows(tagged: Tagged, folder: string, name: string): Row[] {
  return [
    ['in a folder of all tenants', tagged(OWN), [name]],
    ['the own id in a folder of all tenants', tagged(OWN), [`${folder}${OWN}/`]],
    ['no tag, in a folder of all tenants', {}, [name]],
    ['empty tag, in a folder of all tenants', tagged(''), [name]],
  ];
}

function nameRows(tagged: Tagged, layout: string, own: readonly string[]): Row[] {
  const at = filled(layout);
  const rest: Row[] = [
    ["another tenant's prefix", tagged(OWN), [`${at}${OTHER}/`]],
    [`${OWN} lists ${LONGER}`, tagged(OWN), [`${at}${LONGER}/`]],
    ['the id without a slash, which lists longer ids too', tagged(OWN), [`${at}${OWN}`]],
    ['all of the layout', tagged(OWN), [at]],
    ['all of the bucket', tagged(OWN), ['']],
    ['no prefix', tagged(OWN), undefined],
    ['no tag', {}, [`${at}${OWN}/`]],
    ['no tag, no prefix', {}, undefined],
    ['empty tag', tagged(''), [`${at}/`]],
    ...WILD.map((wild): Row => [`the tag ${wild}`, tagged(wild), [`${at}${OWN}/`]]),
    ...WILD.map((wild): Row => [`the prefix ${wild}`, tagged(OWN), [`${at}${wild}/`]]),
  ];
  if (!own.includes(layout)) return rest;
  return [
    ['own prefix', tagged(OWN), [`${at}${OWN}/`], 'allowed'],
    ['a prefix within the own one', tagged(OWN), [`${at}${OWN}/2026/`], 'allowed'],
    ...rest,
  ];
}

function keyRows(tagged: Tagged, { region }: Platform, permittedServices: readonly string[]): Row[] {
  const services = usesKeys(region);
  return [
    ...services.map(
      (service): Row => [`used by ${service}`, tagged(OWN), [service], permittedServices.includes(service) ? 'allowed' : 'denied'],
    ),
    ['used by the session itself', tagged(OWN), undefined],
    ['used by another service', tagged(OWN), [`sqs.${region}.amazonaws.com`]],
    ['used in another region', tagged(OWN), ['dynamodb.mars-north-1.amazonaws.com']],
    ['no tag', {}, [services[0]]],
    ['no tag, used by the session itself', {}, undefined],
  ];
}

/** The same writes as members of one transaction: each is authorized, and one denial denies all. */
function transactions(access: Access, tags: Tags): Case[] {
  const askedBy = access.facts.askedBy.find((operation) => Object.keys(enclosing(operation)).length > 0);
  if (askedBy === undefined) return [];
  const member = (key: string): Request => ({
    action: access.action,
    resource: access.resource,
    context: { 'dynamodb:LeadingKeys': [key], ...namedIn(access.attributes), ...enclosing(askedBy) },
  });
  const name = `${access.action} on ${access.resource} (${askedBy}): a transaction with`;
  return [
    { name: `${name} another tenant's key first`, tags, requests: [member(`${OTHER}#x`), member(`${OWN}#x`)], expected: 'denied' },
    { name: `${name} another tenant's key last`, tags, requests: [member(`${OWN}#x`), member(`${OTHER}#x`)], expected: 'denied' },
  ];
}

/** One request per operation that needs the action, for services that set more than the values. */
function requestsOf(access: Access, values: readonly string[] | undefined): { askedBy: string; request: Request }[] {
  const { action, facts, resource, attributes } = access;
  return facts.askedBy.map((askedBy) => ({
    askedBy,
    request: requestOf(action, facts.reach, resource, values, { ...namedIn(attributes), ...enclosing(askedBy) }),
  }));
}

/** The context key for the attributes that a request names. */
export function namedIn(attributes: readonly string[]): Request['context'] {
  return attributes.length === 0 ? {} : { [NAMES]: attributes };
}

/** A request for an action with these keys, this object, this prefix or through this service. */
export function requestOf(
  action: string,
  reach: Access['facts']['reach'],
  resource: string,
  values: readonly string[] | undefined,
  more: Request['context'] = {},
): Request {
  if (reach === 'objects') return { action, resource: `${resource}/${values?.[0] ?? ''}`, context: more };
  if (values === undefined) return { action, resource, context: more };
  if (reach === 'items') return { action, resource, context: { 'dynamodb:LeadingKeys': [...new Set(values)], ...more } };
  return { action, resource, context: { [reach === 'names' ? 's3:prefix' : 'kms:ViaService']: values[0], ...more } };
}

/** `year=????/` with concrete characters, as in an object name. */
export function filled(layout: string): string {
  return layout.replaceAll('?', '2').replaceAll('*', 'x');
}

function anotherTag({ tag }: TenantRole): string {
  return tag.toLowerCase() === 'team' ? 'class' : 'team';
}

/** The ways to open a session that a trust policy must deny. STS rejects invalid tag values before it evaluates a policy. */
export function openingsOf(role: TenantRole): Opening[] {
  const tagged = (value: string): Tags => ({ [role.tag]: value });
  const another = anotherTag(role);
  const denied = (name: string, tags: Tags): Opening => ({ name, tags, expected: 'denied' });
  const opened = (name: string, tags: Tags): Opening => ({ name, tags, expected: 'allowed' });
  return [
    ...[OWN, LONGER, OTHER, LONGEST, 'north-1', '000', '---'].map((id) => opened(`the tag ${id}`, tagged(id))),
    denied('no tag', {}),
    denied('an empty tag', tagged('')),
    denied('two tags', { ...tagged(OWN), [another]: OTHER }),
    denied('another tag alone', { [another]: OWN }),
    denied('an empty tag and another', { ...tagged(''), [another]: OWN }),
    denied('a tag of 2 characters', tagged('ab')),
    denied('a tag of 65 characters', tagged('a'.repeat(65))),
    ...[...'/:=@+._ '].map((character) => denied(`a tag with «${character}»`, tagged(`${OWN}${character}${OTHER}`))),
    ...[...WILD, 'a#b', 'abc#'].map((wild) => denied(`the tag ${wild}`, tagged(wild))),
  ];
}
