import type { IncomingHttpHeaders } from 'node:http';
import type { Behaviour } from './behaviour';
import { burstAt } from './bursts';
import { type ApiClock, httpDate, type Maintenance, windowAt } from './clock';
import { type Answer, type Delivery, page, problem } from './delivery';
import { between, type Draws, drawsOf } from './draws';
import { type Duplicates, keyOf } from './duplicates';
import { FAULTS, faultOf, type Shares } from './faults';
import type { Arrival } from './record';
import { referenceOf } from './report';
import { type Acceptance, Reports } from './reports';
import { type ClientCredentials, Tokens } from './tokens';

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Settings {
  readonly seed: number;
  readonly duplicates: Duplicates;
  readonly clock: ApiClock;
  readonly behaviour: Behaviour;
  readonly maintenance: readonly Maintenance[];
  readonly client: ClientCredentials;
}

/** A request that was recognized: which faults it can have, and what a reliable API would answer. */
interface Route {
  readonly request: Arrival['request'];
  readonly reference?: string;
  readonly shares: Shares;
  process(): Answer;
}

const SECOND_MS = 1_000;

/** Decides what happens to each request. It decides in one step, so that two requests never overlap. */
export class Requests {
  readonly arrivals: Arrival[] = [];
  private readonly draws: Draws;
  private readonly tokens: Tokens;
  private readonly reports: Reports;
  /** How often each request was made, by its kind and reference. */
  private readonly attempts = new Map<string, number>();
  /** Requests with a valid token. */
  private authorized = 0;

  constructor(private readonly settings: Settings) {
    const { seed, duplicates, clock, behaviour, client } = settings;
    this.draws = drawsOf(seed);
    this.tokens = new Tokens(client, behaviour, this.draws, clock);
    this.reports = new Reports(duplicates, this.draws, clock);
  }

  get acceptances(): readonly Acceptance[] {
    return this.reports.acceptances;
  }

  decide(request: ApiRequest): Delivery {
    const route = this.routeOf(request);
    const at = this.settings.clock.now();
    const [outcome, delivery] = this.decided(request, route, at);
    this.arrivals.push({ at, request: route.request, reference: route.reference, outcome });
    return delivery;
  }

  private decided({ headers }: ApiRequest, route: Route, now: number): [outcome: string, delivery: Delivery] {
    const { maintenance, behaviour } = this.settings;
    const window = windowAt(maintenance, now);
    if (window !== undefined) return ['maintenance', plain(page(503, 'Maintenance', { 'retry-after': httpDate(window.until) }))];
    if (route.request !== 'token') {
      const unauthorized = this.tokens.use(headers);
      if (unauthorized !== undefined) return ['unauthorized', plain(unauthorized)];
      if (this.isTooFast(now)) return ['rateExceeded', plain(problem(429, 'RATE_EXCEEDED', 'Too many requests.', { 'retry-after': '1' }))];
      const status = burstAt(behaviour, this.draws, this.authorized++);
      if (status !== undefined) return ['burst', plain(problem(status, 'UNAVAILABLE', 'The service is not available.'))];
    }
    const random = this.draws(route.request, route.reference ?? '', this.attempt(route));
    const fault = faultOf(route.shares, random);
    if (fault !== undefined) return [fault, FAULTS[fault]({ process: route.process, random, now })];
    return ['processed', { kind: 'answer', answer: route.process(), afterMs: between(behaviour.answerMs, random) }];
  }

  private routeOf({ method, path, headers, body }: ApiRequest): Route {
    const { behaviour, duplicates } = this.settings;
    if (method === 'POST' && path === '/oauth/token')
      return { request: 'token', shares: behaviour.signingIn, process: () => this.tokens.issue(headers, new URLSearchParams(body)) };
    if (method === 'POST' && path === '/reports')
      return {
        ...{ request: 'report', reference: referenceOf(body), shares: behaviour.sending },
        process: () => this.reports.process(body, keyOf(duplicates, headers)),
      };
    const reference = method === 'GET' && path.startsWith('/reports/') ? textOf(path.slice('/reports/'.length)) : undefined;
    if (reference !== undefined && duplicates.mode === 'lookUp')
      return { request: 'lookUp', reference, shares: behaviour.lookingUp, process: () => this.reports.find(reference) };
    return { request: 'other', shares: {}, process: () => problem(405, 'NOT_OFFERED', `The API does not offer ${method} ${path}.`) };
  }

  private attempt({ request, reference = '' }: Route): number {
    const name = `${request} ${reference}`;
    const attempt = this.attempts.get(name) ?? 0;
    this.attempts.set(name, attempt + 1);
    return attempt;
  }

  /** Whether the requests of the last second, with this one, are more than the API allows. */
  private isTooFast(now: number): boolean {
    const { perSecond } = this.settings.behaviour;
    if (perSecond === undefined) return false;
    let recent = 1;
    for (let index = this.arrivals.length - 1; index >= 0 && this.arrivals[index].at > now - SECOND_MS; index--)
      if (this.arrivals[index].request !== 'token') recent++;
    return recent > perSecond;
  }
}

function plain(answer: Answer): Delivery {
  return { kind: 'answer', answer };
}

/** A part of a path, decoded. */
function textOf(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
