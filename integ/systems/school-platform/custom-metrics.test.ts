import { handledLine } from '../../../examples/school-platform/app/grades/src/log';
import { embeddedMetrics } from '../../sandbox/services/cloudwatch/embedded';
import { createMetricStore } from '../../sandbox/services/cloudwatch/store';

const NOW = Date.UTC(2026, 10, 30, 8);
const OPERATIONS = ['RegisterGrade', 'ListEvaluations', 'ReadBehaviour'];

/** What CloudWatch bills: each combination of a namespace, a name and dimensions, after a request of each operation by each school. */
function billedMetrics(schools: number): string[] {
  const store = createMetricStore({ now: () => NOW }, () => {});
  for (let school = 0; school < schools; school += 1) {
    for (const operation of OPERATIONS) {
      const request = { operation, school: `school-${school}`, correlationId: `${operation}-${school}`, status: 200 };
      const message = JSON.stringify(handledLine('Luca/Platform', { ...request, milliseconds: 40 + school / 100, at: NOW }));
      for (const datum of embeddedMetrics({ message }, { now: () => NOW })) store.put(datum);
    }
  }
  return store.list().map(({ namespace, name, dimensions }) => `${namespace} ${name} ${JSON.stringify(dimensions)}`);
}

test('4,000 schools have as many billed metrics as 40, and no school is one of them', () => {
  const metrics = billedMetrics(4_000);
  expect(metrics).toEqual(billedMetrics(40));
  expect(metrics.sort()).toEqual([
    'Luca/Platform GradeProcessingLatency {"operation":"ListEvaluations"}',
    'Luca/Platform GradeProcessingLatency {"operation":"ReadBehaviour"}',
    'Luca/Platform GradeProcessingLatency {"operation":"RegisterGrade"}',
    'Luca/Platform InteractiveRequestCount {}',
  ]);
});
