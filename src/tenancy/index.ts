export * from './tenancy';
export * from './tenant-role';
export * from './tier';
