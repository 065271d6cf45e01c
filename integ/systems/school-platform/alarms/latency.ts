/** The alarms of latency of the grades service: of all requests, at the load balancer, and of each school. */
export const LATENCIES = ['Grades-Service-Latency', 'P95-Latency-Alert'];
/** Their threshold, and the share of requests that may take longer. */
const [SLOW_MS, SLOW_SHARE] = [120, 0.05];

/** Whether requests took longer than the alarms allow, because this machine is busy: they are right then. @param times in milliseconds */
export function areSlow(times: readonly number[]): boolean {
  return times.filter((one) => one > SLOW_MS).length > times.length * SLOW_SHARE;
}
