export { type SignIn, signIn, type Tokens } from '../sandbox/sign-in';
