import { createClock } from '../sandbox/process/clock';
import { type Arguments, readArguments } from './arguments';
import { type GovernmentApi, startGovernmentApi, twoDaysFrom } from './index';

/** `npx projen government-api`: runs the API on this machine until Ctrl-C. */
async function main(argv: string[]): Promise<void> {
  const options = readArguments(argv);
  const { maintenanceIn, speed, port } = options;
  const clock = createClock(speed);
  const maintenance = maintenanceIn === undefined ? [] : [twoDaysFrom(clock.now() + maintenanceIn * 60_000)];
  const api = await startGovernmentApi({ ...options, clock, maintenance, port: { number: port, otherwise: 'fail' } });
  console.log(described(api, options));
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      console.log(JSON.stringify(api.record().figures));
      void api.close();
    });
}

/** What a person needs to use it, with commands to paste into another shell. */
function described({ origin, client }: GovernmentApi, { seed, duplicates }: Arguments): string {
  const key = duplicates.mode === 'idempotencyKey' ? ` -H '${duplicates.header}: key-1'` : '';
  const body = {
    reference: 'report-1',
    school: 'school-01',
    period: '2026Q4',
    rows: [{ student: 'student-1', course: 'Maths', grade: 7 }],
  };
  return [
    `The government API is running with seed ${seed}. Press Ctrl-C to stop it and print the figures of its record.`,
    '',
    `Address      ${origin}`,
    `Client       ${client.clientId}, with the secret ${client.clientSecret}`,
    `Duplicates   ${duplicates.mode}`,
    '',
    'To send a report:',
    '',
    `TOKEN=$(curl -s -u ${client.clientId}:${client.clientSecret} -d grant_type=client_credentials ${origin}/oauth/token | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`,
    `curl -i -w '\\n' ${origin}/reports -H "Authorization: Bearer $TOKEN"${key} -d '${JSON.stringify(body)}'`,
    ...(duplicates.mode === 'lookUp' ? [`curl -i -w '\\n' ${origin}/reports/report-1 -H "Authorization: Bearer $TOKEN"`] : []),
    `curl -s ${origin}/record`,
  ].join('\n');
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exit(2);
});
