export * from './lake-backfill';
export * from './lake-backfill-alarms';
export * from './lake-backfill-grants';
export * from './lake-backfill-interface';
export * from './lake-backfill-metrics';
