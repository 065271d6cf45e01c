export * from './access-token-issuer';
export * from './api-target';
export * from './app-key';
export * from './data-destruction';
export * from './item-store';
export * from './key-template';
export * from './observable';
