export * from './tenant-directory';
export * from './tenant-directory-grants';
export * from './tenant-directory-interface';
