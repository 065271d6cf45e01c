export * from './description';
export * from './environment-size';
export * from './function-policy';
export * from './limit';
export * from './log-policies';
export * from './role-policies';
export * from './template-size';
export * from './trust-policy';
