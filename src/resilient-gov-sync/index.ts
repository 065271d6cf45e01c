export * from './confirmation';
export * from './duplicates';
export * from './gov-endpoint';
export * from './gov-schedule';
export * from './report-source';
export * from './resilient-gov-sync';
export * from './resilient-gov-sync-interface';
export * from './transport';
