import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { invalid } from '../core/private/base/invalid';

const METHODS = ['ANY', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];
/** Documented: "API Gateway API request URLs" and PathPart of CreateResource: letters, digits and `._-:`, or a variable. */
const SEGMENT = /^(?:[\w.:-]+|\{[\w.-]+\+?\})$/;

/**
 * Path variables in the syntax of other frameworks: `:id`, `<id>`, `<int:id>`, `[id]`, `$id`. API Gateway would use the first one
 * literally.
 */
const OTHER_VARIABLE = /^(?::|<(?:\w+:)?|\[|\$)(\w+)(?:[^\w{}][^{}]*)?$/;

/** A parsed route, for example `ANY /grades/{proxy+}`. */
export interface Route {
  readonly httpMethod: string;
  /** Parts of the path; empty for the root. */
  readonly segments: readonly string[];
}

/** Parses a route. Throws if API Gateway would reject it during the deployment. */
export function parseRoute(scope: IConstruct, route: string): Route {
  const wrong = (right: string): never => invalid(scope, 'route', route, right);
  if (Token.isUnresolved(route)) wrong('a value that is known at synthesis');
  const [httpMethod, path, ...rest] = route.split(' ');
  if (rest.length > 0 || path === undefined || !path.startsWith('/'))
    wrong("a method, a space and a path that begins with /: 'POST /visits'");
  if (!METHODS.includes(httpMethod)) wrong(`one of the methods ${METHODS.join(', ')}`);
  const segments = path === '/' ? [] : path.slice(1).split('/');
  segments.forEach((segment, position) => {
    if (segment === '') wrong('a path without empty parts and without / at its end');
    const variable = segment === '*' ? '{proxy+}' : segment.replace(OTHER_VARIABLE, '{$1}');
    if (variable !== segment) wrong(`${variable} instead of ${segment}: API Gateway has path variables in braces`);
    if (!SEGMENT.test(segment)) wrong(`path parts of letters, digits, . _ - and :, or a variable in braces: ${segment} is neither`);
    if (segment.endsWith('+}') && position < segments.length - 1) wrong(`${segment} at the end of the path: it matches the whole rest`);
  });
  const names = segments.filter(isVariable).map((segment) => segment.replace(/^\{|\+?\}$/g, ''));
  const twice = names.find((name, position) => names.indexOf(name) !== position);
  if (twice !== undefined) wrong(`different variables: {${twice}} is used twice`);
  return { httpMethod, segments };
}

/** `/grades/{student}` */
export function pathOf({ segments }: Route): string {
  return `/${segments.join('/')}`;
}

/** The routes of one API, checked against each other. */
export class RouteTable {
  private readonly routes: Route[] = [];

  constructor(private readonly scope: IConstruct) {}

  get isEmpty(): boolean {
    return this.routes.length === 0;
  }

  /** Adds a route. Throws if it is already defined or conflicts with another one. */
  public add(route: Route): void {
    const text = textOf(route);
    for (const other of this.routes) {
      if (textOf(other) === text) invalid(this.scope, 'route', text, 'a route that is not yet defined');
      const level = route.segments.findIndex((segment, position) => segment !== other.segments[position]);
      const [mine, its] = [route.segments[level], other.segments[level]];
      if (mine === undefined || its === undefined || !isVariable(mine) || !isVariable(its)) continue;
      invalid(
        this.scope,
        'route',
        text,
        `${its} instead of ${mine}, as in ${textOf(other)}: API Gateway allows one variable name in each position of a path`,
      );
    }
    this.routes.push(route);
  }
}

function textOf(route: Route): string {
  return `${route.httpMethod} ${pathOf(route)}`;
}

function isVariable(segment: string): boolean {
  return segment.startsWith('{');
}
