export type * from './contracts';
export { startSandbox } from './sandbox';
export { type SignIn, signIn, type Tokens } from './services/cognito/code-flow';
