export * from './api-alarms';
export * from './api-metrics';
export * from './firewall';
export * from './function-target';
export * from './http-target';
export * from './tenant-isolated-api';
export * from './tenant-isolated-api-grants';
