export * from './tenancy';
export * from './tenant-role';
export * from './tenant-role-grants';
export * from './tier';
