import type { SavedQuery } from '../core/private/athena/saved-query';
import { EVENTS_TABLE } from './trail-names';

const DAYS = ["the first day in UTC, such as '2026/11/30'", 'the last day'];
const COLUMNS =
  'eventtime, eventsource, eventname, useridentity.arn AS principal, sourceipaddress, errorcode, requestparameters, useragent, region';

/** The questions that an operator or an auditor asks first, by their names. */
export const TRAIL_QUERIES: Readonly<Record<string, SavedQuery>> = {
  'calls-about-a-tenant': {
    description:
      "Who read or changed a tenant's data: calls with a key or an object of the tenant, and all calls of its own sessions, which are named after it.",
    parameters: [...DAYS, "the tenant, such as 'north-high'"],
    // An id of a tenant has lower-case letters, digits and hyphens, so that it is no expression. It begins a key (`"north-high#`), is a
    // folder (`/north-high/`, `=north-high/`) or ends the ARN of a session (`/north-high"`).
    sql: `SELECT ${COLUMNS}
FROM ${EVENTS_TABLE}
WHERE day BETWEEN ? AND ?
  AND eventcategory = 'Data'
  AND regexp_like(concat(coalesce(requestparameters, ''), coalesce(useridentity.arn, ''), '"'), concat('["''=/]', ?, '[#/"]'))
ORDER BY eventtime`,
  },
  'calls-of-a-principal': {
    description: 'All calls of a role, a session or a user.',
    parameters: [...DAYS, "a part of its ARN, such as 'assumed-role/Operators/maria'"],
    sql: `SELECT ${COLUMNS}
FROM ${EVENTS_TABLE}
WHERE day BETWEEN ? AND ?
  AND strpos(useridentity.arn, ?) > 0
ORDER BY eventtime`,
  },
  'calls-of-a-request': {
    description: 'All calls that were made for one request to the API, by its correlation id, which their user agent contains.',
    parameters: [...DAYS, 'the correlation id'],
    // SDKs write another character for the equals sign at the end of an id.
    sql: `SELECT ${COLUMNS}
FROM ${EVENTS_TABLE}
WHERE day BETWEEN ? AND ?
  AND strpos(useragent, split_part(?, '=', 1)) > 0
ORDER BY eventtime`,
  },
};
