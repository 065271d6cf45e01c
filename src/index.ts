export * from './core';
export * from './tenancy';
export * from './tenant-table';
