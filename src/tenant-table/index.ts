export * from './index-writers';
export * from './tenant-index';
export * from './tenant-table';
export * from './tenant-table-attributes';
export * from './tenant-table-grants';
