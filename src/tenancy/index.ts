export * from './tenancy';
export * from './tenant-bucket-grants';
export * from './tenant-role';
export * from './tenant-role-attributes';
export * from './tenant-role-grants';
export * from './tier';
