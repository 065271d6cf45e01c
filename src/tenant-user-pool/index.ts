export * from './tenant-user-pool';
export * from './tenant-user-pool-alarms';
export * from './tenant-user-pool-interface';
export * from './tenant-user-pool-metrics';
