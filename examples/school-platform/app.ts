import { App } from 'aws-cdk-lib';
import { SchoolPlatform } from './lib/school-platform';

const app = new App();
const tokenPublicKey: string | undefined = app.node.tryGetContext('tokenPublicKey') ?? process.env.TOKEN_PUBLIC_KEY;
if (!tokenPublicKey) {
  throw new Error('tokenPublicKey is missing: give -c tokenPublicKey=<DER in base64>, README.md shows how to make one');
}
new SchoolPlatform(app, 'SchoolPlatform', { tokenPublicKey });
