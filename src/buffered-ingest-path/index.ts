export * from './buffered-ingest-path';
export * from './ingest-alarms';
export * from './ingest-keys';
export * from './ingest-metrics';
export * from './writer-isolation';
