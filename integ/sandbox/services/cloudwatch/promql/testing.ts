/** Histograms of one export: a value in seconds, and how often it was measured, for each school. */
export type Measured = Readonly<Record<string, readonly [seconds: number, count: number]>>;

const BOUNDS = [0.025, 0.05, 0.1, 0.12, 0.15, 0.25, 0.5, 1];

/** An OTLP request in JSON with a histogram of delta temporality. */
export function otlpHistogram(name: string, measured: Measured, instance = 'one'): string {
  const dataPoints = Object.entries(measured).map(([school, [seconds, count]]) => {
    const bucket = BOUNDS.findIndex((bound) => seconds <= bound);
    const bucketCounts = [...BOUNDS, Number.POSITIVE_INFINITY].map((_, at) => (at === bucket ? count : 0));
    return {
      attributes: [{ key: 'school', value: { stringValue: school } }],
      ...{ startTimeUnixNano: '1', timeUnixNano: '2', count, sum: seconds * count, bucketCounts, explicitBounds: BOUNDS },
    };
  });
  const attributes = [{ key: 'service.instance.id', value: { stringValue: instance } }];
  const metrics = [{ name, unit: 's', histogram: { aggregationTemporality: 1, dataPoints } }];
  return JSON.stringify({ resourceMetrics: [{ resource: { attributes }, scopeMetrics: [{ metrics }] }] });
}
