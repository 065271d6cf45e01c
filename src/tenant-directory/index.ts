export * from './tenant-directory';
export * from './tenant-directory-grants';
