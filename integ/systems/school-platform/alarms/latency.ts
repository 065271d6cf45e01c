/** The alarm of latency of the grades service. */
export const LATENCY = 'P95-Latency-Alert';
/** Its threshold, and the share of requests that may take longer. */
const [SLOW_MS, SLOW_SHARE] = [120, 0.05];

/** Whether requests took longer than the alarm allows, because this machine is busy: it is right then. @param times in milliseconds */
export function areSlow(times: readonly number[]): boolean {
  return times.filter((one) => one > SLOW_MS).length > times.length * SLOW_SHARE;
}
