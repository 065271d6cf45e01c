import { synthesize } from '../../kit/synthesize';
import { loadAssembly } from '../../sandbox/assembly';
import { resourceTypes } from '../../sandbox/services';
import { cloudwatch } from '../../sandbox/services/cloudwatch';

test('the sandbox runs every alarm that the constructs of the example recommend', async () => {
  const assembly = loadAssembly(await synthesize('integ/systems/school-platform/with-alarms.ts'), resourceTypes);
  const alarms = assembly.ofType('AWS::CloudWatch::Alarm');
  expect(alarms.length).toBeGreaterThanOrEqual(41);
  expect(cloudwatch.invalid?.(assembly, { hosts: new Map(), images: new Map() })).toEqual([]);
}, 300_000);
