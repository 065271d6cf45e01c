export { type Behaviour, STABLE, UNSTABLE } from './behaviour';
export { type ApiClock, laterClock, type Maintenance, twoDaysFrom } from './clock';
export { type Duplicates, idempotencyKey, lookUp, neither } from './duplicates';
export { FAULTS, type FaultName, type Shares } from './faults';
export { type ApiRecord, type Arrival, type Figures, highestRate, type ReportRecord } from './record';
export type { Report, Row } from './report';
export type { Acceptance } from './reports';
export { type GovernmentApi, type GovernmentApiOptions, startGovernmentApi } from './server';
export type { ClientCredentials } from './tokens';
