import type { FastifyInstance, FastifyRequest } from 'fastify';
import { behaviourOfStudent, KINDS, type Kind, recordBehaviour } from './behaviour';
import type { Caller } from './caller';
import { evaluationsOfCourse, evaluationsOfStudent, recordGrade } from './evaluations';
import type { Page, PageRequest } from './page';
import { Problem } from './problem';
import type { Rules } from './rules';
import { listStudents, readStudent, registerStudent, removeStudent } from './students';
import type { SchoolData, TenantData } from './tenant-data';
import type { RequestTrace } from './traces';

const STUDENT = { type: 'string', minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9_-]+$' };
/** No control characters. */
const COURSE = { type: 'string', minLength: 1, maxLength: 64, pattern: '^[^\\u0000-\\u001f\\u007f]+$' };
const TEXT = { type: 'string', minLength: 1, maxLength: 200, pattern: '^[^\\u0000-\\u001f\\u007f]+$' };

const params = (properties: object) => object(properties, Object.keys(properties));
const body = (properties: object, required = Object.keys(properties)) => object(properties, required);
const object = (properties: object, required: readonly string[]) => ({ type: 'object', properties, required, additionalProperties: false });
const PAGE = object(
  { limit: { type: 'string', pattern: '^[1-9][0-9]{0,2}$' }, after: { type: 'string', minLength: 1, maxLength: 128 } },
  [],
);

const STANDARD_LIMIT = 200;
const MOST_ITEMS = 500;
const KEY = /^[\x21-\x7e]{1,128}$/;

interface Query {
  readonly limit?: string;
  readonly after?: string;
}

export interface RouteOptions {
  readonly data: TenantData;
  rulesOf(school: string): Promise<Rules>;
  now(): number;
}

declare module 'fastify' {
  interface FastifyRequest {
    caller?: Caller;
    trace?: RequestTrace;
  }
  interface FastifyContextConfig {
    /** The name of a route in metrics. Routes without one need no token. */
    operation?: string;
  }
}

/** The routes of the API. Each checks its input completely before it makes a call. */
export function addRoutes(server: FastifyInstance, { data, rulesOf, now }: RouteOptions): void {
  const dataOf = (request: FastifyRequest): Promise<SchoolData> => data.of(callerIn(request).school);

  server.put<{ Params: { student: string; course: string }; Body: { grade: number; version?: string } }>(
    '/students/:student/evaluations/:course',
    {
      config: { operation: 'RegisterGrade' },
      schema: {
        params: params({ student: STUDENT, course: COURSE }),
        body: body({ grade: { type: 'number' }, version: { type: 'string', minLength: 1, maxLength: 64 } }, ['grade']),
      },
    },
    async (request) => {
      const { school, user } = callerIn(request);
      const { grade, version: seenVersion } = request.body;
      const idempotencyKey = keyOf(request);
      const rules = await rulesOf(school);
      const sent = { ...request.params, grade, seenVersion, idempotencyKey, user, correlationId: request.id };
      return recordGrade(await dataOf(request), sent, { rules, at: now() });
    },
  );
  server.get<{ Params: { student: string }; Querystring: Query }>(
    '/students/:student/evaluations',
    { config: { operation: 'ListEvaluations' }, schema: { params: params({ student: STUDENT }), querystring: PAGE } },
    async (request) =>
      named('evaluations', await evaluationsOfStudent(await dataOf(request), request.params.student, pageOf(request.query))),
  );
  server.get<{ Params: { course: string }; Querystring: Query }>(
    '/courses/:course/evaluations',
    { config: { operation: 'ListCourse' }, schema: { params: params({ course: COURSE }), querystring: PAGE } },
    async (request) => named('evaluations', await evaluationsOfCourse(await dataOf(request), request.params.course, pageOf(request.query))),
  );
  server.get<{ Params: { student: string }; Querystring: Query }>(
    '/students/:student/behaviour',
    { config: { operation: 'ReadBehaviour' }, schema: { params: params({ student: STUDENT }), querystring: PAGE } },
    async (request) => {
      const { student } = request.params;
      const page = await behaviourOfStudent(await dataOf(request), student, pageOf(request.query));
      // The points of a part would be taken for the student's.
      const isPart = page.next !== undefined || request.query.after !== undefined;
      const points = page.items.reduce((sum, entry) => sum + entry.points, 0);
      return { student, ...(isPart ? {} : { points }), ...named('entries', page) };
    },
  );
  server.post<{ Params: { student: string }; Body: { kind: Kind; points: number; course?: string } }>(
    '/students/:student/behaviour',
    {
      config: { operation: 'RecordBehaviour' },
      schema: {
        params: params({ student: STUDENT }),
        body: body({ kind: { type: 'string', enum: KINDS }, points: { type: 'integer', minimum: -10, maximum: 10 }, course: COURSE }, [
          'kind',
          'points',
        ]),
      },
    },
    async (request, reply) => {
      const { user } = callerIn(request);
      reply.code(201);
      const entry = { ...request.params, ...request.body, idempotencyKey: keyOf(request), user, correlationId: request.id };
      return recordBehaviour(await dataOf(request), entry, now());
    },
  );
  server.get<{ Querystring: Query }>(
    '/students',
    { config: { operation: 'ListStudents' }, schema: { querystring: PAGE } },
    async (request) => named('students', await listStudents(await dataOf(request), pageOf(request.query))),
  );
  server.post<{ Body: { name: string; officialId: string } }>(
    '/students',
    { config: { operation: 'RegisterStudent' }, schema: { body: body({ name: TEXT, officialId: { ...TEXT, maxLength: 64 } }) } },
    async (request, reply) => {
      reply.code(201);
      const student = { ...request.body, idempotencyKey: keyOf(request), correlationId: request.id };
      return registerStudent(await dataOf(request), student, now());
    },
  );
  server.get<{ Params: { student: string } }>(
    '/students/:student',
    { config: { operation: 'ReadStudent' }, schema: { params: params({ student: STUDENT }) } },
    async (request) => readStudent(await dataOf(request), request.params.student),
  );
  server.delete<{ Params: { student: string } }>(
    '/students/:student',
    { config: { operation: 'DeleteStudent' }, schema: { params: params({ student: STUDENT }) } },
    async (request, reply) => {
      await removeStudent(await dataOf(request), { student: request.params.student, correlationId: request.id }, now());
      return reply.code(204).send();
    },
  );
}

function callerIn({ caller }: FastifyRequest): Caller {
  if (caller === undefined) throw new Error('A route without an operation has no caller');
  return caller;
}

/** A request without a key is a request of its own. */
function keyOf({ headers, id }: FastifyRequest): string {
  const { 'idempotency-key': key = id } = headers;
  if (typeof key !== 'string' || !KEY.test(key)) {
    throw new Problem(400, 'The Idempotency-Key must have 1 to 128 visible ASCII characters, such as a UUID.');
  }
  return key;
}

function pageOf({ limit = String(STANDARD_LIMIT), after }: Query): PageRequest {
  return { limit: Math.min(Number(limit), MOST_ITEMS), after };
}

function named<Value>(name: string, { items, next }: Page<Value>): object {
  return { [name]: items, ...(next === undefined ? {} : { next }) };
}
