export * from './lake-compaction';
export * from './lake-compaction-alarms';
export * from './lake-compaction-grants';
export * from './lake-compaction-interface';
export * from './lake-compaction-metrics';
