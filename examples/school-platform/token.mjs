// node token.mjs <school> < private-key.pem: a token of that school for an hour, as the authorizer accepts it.
import { sign } from 'node:crypto';
import { readFileSync } from 'node:fs';

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const content = `${encode({ alg: 'EdDSA', typ: 'JWT' })}.${encode({ school: process.argv[2], exp: Math.floor(Date.now() / 1000) + 3600 })}`;
console.log(`${content}.${sign(null, Buffer.from(content), readFileSync(0)).toString('base64url')}`);
