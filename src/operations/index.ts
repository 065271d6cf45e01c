export * from './alarm-symptom';
export * from './notification';
export * from './operations';
export * from './operations-alarms';
export * from './operations-interface';
export * from './operations-metrics';
export * from './tenant-latency';
