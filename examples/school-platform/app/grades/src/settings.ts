import type { TracesOptions } from './traces';

/** What the service takes from its environment. */
export interface Settings {
  readonly port: number;
  readonly tableName: string;
  readonly directoryTableName: string;
  readonly tenantRoleArn: string;
  readonly userPoolId: string;
  readonly clientIds: readonly string[];
  /** The claim of the access token with the school's id. */
  readonly schoolClaim: string;
  readonly metricNamespace: string;
  /** How long the grading rules of a school are used before they are read again. */
  readonly rulesMaxAgeMs: number;
  /** How often metrics by school are sent: each time, a school with requests is billed for two samples. */
  readonly metricExportIntervalMs: number;
  readonly traces: TracesOptions;
}

/** @throws with the variable that is missing or malformed, so that a deployment with a mistake never becomes healthy */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const text = (name: string): string => {
    const value = environment[name];
    if (value === undefined || value === '') throw new Error(`The environment variable ${name} is missing.`);
    return value;
  };
  const number = (name: string, otherwise: number, least: number, most: number): number => {
    const value = Number(environment[name] ?? otherwise);
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new Error(`The environment variable ${name} is ${environment[name]}: expected an integer between ${least} and ${most}.`);
    }
    return value;
  };
  const share = (name: string, otherwise: number): number => {
    const value = Number(environment[name] ?? otherwise);
    if (!(value >= 0 && value <= 1))
      throw new Error(`The environment variable ${name} is ${environment[name]}: expected a number from 0 to 1.`);
    return value;
  };
  return {
    port: number('PORT', 8080, 0, 65_535),
    tableName: text('TABLE_NAME'),
    directoryTableName: text('DIRECTORY_TABLE_NAME'),
    tenantRoleArn: text('TENANT_ROLE_ARN'),
    userPoolId: text('USER_POOL_ID'),
    clientIds: text('CLIENT_IDS').split(','),
    schoolClaim: text('SCHOOL_CLAIM'),
    metricNamespace: text('METRIC_NAMESPACE'),
    rulesMaxAgeMs: number('RULES_MAX_AGE_SECONDS', 60, 1, 3_600) * 1_000,
    traces: { serviceName: environment.OTEL_SERVICE_NAME ?? 'grades', sampledShare: share('OTEL_TRACES_SAMPLER_ARG', 0.05) },
    metricExportIntervalMs: number('OTEL_METRIC_EXPORT_INTERVAL', 60_000, 100, 3_600_000),
  };
}
