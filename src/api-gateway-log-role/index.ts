export * from './api-gateway-log-role';
