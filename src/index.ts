export * from './buffered-ingest-path';
export * from './core';
export * from './tenancy';
export * from './tenant-table';
