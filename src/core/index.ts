export * from './api-target';
export * from './item-store';
export * from './observable';
