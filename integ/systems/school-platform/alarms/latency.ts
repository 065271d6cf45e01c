/** The alarms of latency of the grades service: of all requests, at the load balancer, and of each school. */
export const LATENCIES = ['Grades-Service-Latency', 'P95-Latency-Alert'];
/** Their threshold. */
const SLOW_MS = 120;
/** Two slow requests of a school are more than 5 % of so many, which are evaluated together if the service exports them together. */
const OF_REQUESTS = 39;
/** The service exports its metrics once in a minute of this machine, and the collector sends them some seconds later. */
const EXPORT_MS = 75_000;

/** A request to the grades service. */
export interface TimedRequest {
  readonly school: string;
  /** When it was answered, by `performance.now()`. */
  readonly at: number;
  readonly milliseconds: number;
}

/**
 * Whether requests took longer than the alarms allow, because this machine is busy: they are right then.
 *
 * @param since `performance.now()`, from when on an alarm may have gone off: requests from before were exported later
 */
export function areSlow(requests: readonly TimedRequest[], since = 0): boolean {
  const recent = requests.filter(({ at }) => at >= since - EXPORT_MS);
  return [...new Set(recent.map(({ school }) => school))].some((school) => {
    const own = recent.filter((request) => request.school === school);
    const slow = own.flatMap(({ milliseconds }, position) => (milliseconds > SLOW_MS ? [position] : []));
    return slow.some((position, index) => index > 0 && position - slow[index - 1] < OF_REQUESTS);
  });
}
