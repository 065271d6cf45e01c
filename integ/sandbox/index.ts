export type * from './contracts';
export { startSandbox } from './sandbox';
export { type SignIn, signIn, type Tokens } from './sign-in';
