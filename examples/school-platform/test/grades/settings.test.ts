import { readSettings } from '../../app/grades/src/settings';

const ENVIRONMENT = {
  TABLE_NAME: 'data',
  DIRECTORY_TABLE_NAME: 'directory',
  TENANT_ROLE_ARN: 'arn:aws:iam::123456789012:role/tenants',
  USER_POOL_ID: 'us-east-1_pool',
  CLIENT_IDS: 'a,b',
  SCHOOL_CLAIM: 'custom:school_id',
  METRIC_NAMESPACE: 'Luca/Platform',
};

test('settings have defaults where one is sensible', () => {
  expect(readSettings(ENVIRONMENT)).toMatchObject({ port: 8080, clientIds: ['a', 'b'], rulesMaxAgeMs: 60_000 });
  expect(readSettings({ ...ENVIRONMENT, PORT: '3000', RULES_MAX_AGE_SECONDS: '5' })).toMatchObject({ port: 3000, rulesMaxAgeMs: 5_000 });
});

test.each(Object.keys(ENVIRONMENT))('without %s the service does not start', (name) => {
  expect(() => readSettings({ ...ENVIRONMENT, [name]: '' })).toThrow(`The environment variable ${name} is missing.`);
});

test.each(['0', '3601', 'soon', '1.5'])('RULES_MAX_AGE_SECONDS %s is rejected', (RULES_MAX_AGE_SECONDS) => {
  expect(() => readSettings({ ...ENVIRONMENT, RULES_MAX_AGE_SECONDS })).toThrow('expected an integer between 1 and 3600');
});

test('metrics by school are sent each minute, or as often as the variable of OpenTelemetry says', () => {
  expect(readSettings(ENVIRONMENT).metricExportIntervalMs).toBe(60_000);
  expect(readSettings({ ...ENVIRONMENT, OTEL_METRIC_EXPORT_INTERVAL: '500' }).metricExportIntervalMs).toBe(500);
  expect(() => readSettings({ ...ENVIRONMENT, OTEL_METRIC_EXPORT_INTERVAL: '0' })).toThrow('expected an integer between 100 and 3600000');
});

test('the name of the service in traces and the share of traced requests are those of OpenTelemetry’s variables', () => {
  expect(readSettings(ENVIRONMENT).traces).toEqual({ serviceName: 'grades', sampledShare: 0.05 });
  const given = { ...ENVIRONMENT, OTEL_SERVICE_NAME: 'luca-platform', OTEL_TRACES_SAMPLER_ARG: '0.5' };
  expect(readSettings(given).traces).toEqual({ serviceName: 'luca-platform', sampledShare: 0.5 });
  expect(() => readSettings({ ...ENVIRONMENT, OTEL_TRACES_SAMPLER_ARG: '5' })).toThrow('expected a number from 0 to 1');
});
