export * from './lake-erasure';
export * from './lake-erasure-alarms';
export * from './lake-erasure-grants';
export * from './lake-erasure-interface';
export * from './lake-erasure-metrics';
