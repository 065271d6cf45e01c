export { type ApplicablePolicies, type AuthorizationRequest, type Context, type ContextSource, denyingPolicy } from './decide';
export { malformed, type PolicyKind } from './grammar';
export type { Lookup } from './pattern';
export { type Caller, callerOf } from './principals';
export { conditionKeysOf } from './statements';
