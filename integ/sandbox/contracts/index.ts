/**
 * The interfaces between the services of the sandbox. Types only: a service may import this folder and its own folder, and `sandbox.ts`
 * connects them. The only input is a cloud assembly; nothing here depends on the constructs that created it.
 */

export type * from './alarms';
export type * from './apis';
export type * from './assembly';
export type * from './clock';
export type * from './connections';
export type * from './containers';
export type * from './coverage';
export type * from './endpoint';
export type * from './engines';
export type * from './events';
export type * from './functions';
export type * from './http';
export type * from './json';
export type * from './load-balancers';
export type * from './logs';
export type * from './metrics';
export type * from './network';
export type * from './queries';
export type * from './resource-types';
export type * from './sandbox';
export type * from './schedules';
export type * from './stacks';
export type * from './state-machines';
export type * from './streams';
export type * from './topics';
export type * from './traces';
export type * from './trails';
export type * from './user-pools';
