export * from './audit-trail';
export * from './audit-trail-alarms';
export * from './audit-trail-grants';
export * from './audit-trail-interface';
export * from './audit-trail-metrics';
export * from './management-events';
