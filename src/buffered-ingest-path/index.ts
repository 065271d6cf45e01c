export * from './buffered-ingest-path';
export * from './buffered-ingest-path-alarms';
export * from './buffered-ingest-path-interface';
export * from './buffered-ingest-path-metrics';
export * from './ingest-keys';
export * from './writer-isolation';
