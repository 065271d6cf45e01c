export * from './lake-column';
export * from './lake-layout';
export * from './lake-source';
export * from './streaming-data-lake';
export * from './streaming-data-lake-alarms';
export * from './streaming-data-lake-grants';
export * from './streaming-data-lake-interface';
export * from './streaming-data-lake-metrics';
