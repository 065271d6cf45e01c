export * from './tenant-folder';
export * from './tenant-removal';
export * from './tenant-removal-alarms';
export * from './tenant-removal-grants';
export * from './tenant-removal-interface';
export * from './tenant-removal-metrics';
