// First, because an older aws-cdk-lib would fail in the middle of a construct.
import './core/private/base/peers';

export * from './api-gateway-log-role';
export * from './audit-trail';
export * from './buffered-ingest-path';
export * from './core';
export * from './lake-backfill';
export * from './lake-compaction';
export * from './lake-erasure';
export * from './operations';
export * from './resilient-gov-sync';
export * from './secure-container-service';
export * from './secure-function';
export * from './streaming-data-lake';
export * from './tenancy';
export * from './tenant-directory';
export * from './tenant-isolated-api';
export * from './tenant-removal';
export * from './tenant-table';
export * from './tenant-user-pool';
