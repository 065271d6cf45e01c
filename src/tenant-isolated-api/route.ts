import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { refuse } from '../core/private/base/refuse';

const METHODS = ['ANY', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];
/** Documented: "API Gateway API request URLs" and PathPart of CreateResource: letters, digits and `._-:`, or a variable. */
const SEGMENT = /^(?:[\w.:-]+|\{[\w.-]+\+?\})$/;

/** How others write a variable: `:id`, `<id>`, `<int:id>`, `[id]`, `$id`. API Gateway would take the first one for a path. */
const OTHER_VARIABLE = /^(?::|<(?:\w+:)?|\[|\$)(\w+)(?:[^\w{}][^{}]*)?$/;

/** A route as its text says: `ANY /grades/{proxy+}`. */
export interface Route {
  readonly httpMethod: string;
  /** Without empty ones: the root has none. */
  readonly segments: readonly string[];
}

/** Reads a route. Throws where API Gateway would refuse it half-way through a deployment. */
export function parseRoute(scope: IConstruct, route: string): Route {
  const wrong = (right: string): never => refuse(scope, 'route', route, right);
  if (Token.isUnresolved(route)) wrong('be known at synthesis');
  const [httpMethod, path, ...rest] = route.split(' ');
  if (rest.length > 0 || path === undefined || !path.startsWith('/'))
    wrong("be a method, a blank and a path that begins with /: 'POST /visits'");
  if (!METHODS.includes(httpMethod)) wrong(`begin with ${METHODS.join(', ')}`);
  const segments = path === '/' ? [] : path.slice(1).split('/');
  segments.forEach((segment, position) => {
    if (segment === '') wrong('have no empty part and no / at its end');
    const variable = segment === '*' ? '{proxy+}' : segment.replace(OTHER_VARIABLE, '{$1}');
    if (variable !== segment) wrong(`have ${variable} where it has ${segment}: API Gateway writes variables in braces`);
    if (!SEGMENT.test(segment)) wrong(`have parts of letters, digits, . _ - and :, or {a-variable}, and ${segment} is none`);
    if (segment.endsWith('+}') && position < segments.length - 1)
      wrong(`end with ${segment}: nothing can follow what takes the whole rest`);
  });
  const names = segments.filter(isVariable).map((segment) => segment.replace(/^\{|\+?\}$/g, ''));
  const twice = names.find((name, position) => names.indexOf(name) !== position);
  if (twice !== undefined) wrong(`name its variables differently, and {${twice}} is there twice`);
  return { httpMethod, segments };
}

/** The routes of one API, and what they must not do to each other. */
export class RouteTable {
  private readonly routes: Route[] = [];

  constructor(private readonly scope: IConstruct) {}

  /** Throws where there is such a route already, or one that no API can have beside it. */
  public add(route: Route): void {
    const text = textOf(route);
    for (const other of this.routes) {
      if (textOf(other) === text) refuse(this.scope, 'route', text, 'lead to one target, and it leads to one already');
      const level = route.segments.findIndex((segment, position) => segment !== other.segments[position]);
      const [mine, its] = [route.segments[level], other.segments[level]];
      if (mine === undefined || its === undefined || !isVariable(mine) || !isVariable(its)) continue;
      refuse(
        this.scope,
        'route',
        text,
        `have ${its} in place of ${mine}, as in ${textOf(other)}: API Gateway has one variable in each place`,
      );
    }
    this.routes.push(route);
  }
}

function textOf({ httpMethod, segments }: Route): string {
  return `${httpMethod} /${segments.join('/')}`;
}

function isVariable(segment: string): boolean {
  return segment.startsWith('{');
}
