export * from './tenant-directory';
export * from './tenant-directory-attributes';
export * from './tenant-directory-grants';
