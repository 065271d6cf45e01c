const { createPublicKey, verify } = require('node:crypto');

// Tokens are compact JWS signed with Ed25519: `{"school": "…", "exp": …}`. The function holds the public key only, so it can make none.
const publicKey = createPublicKey({ key: Buffer.from(process.env.TOKEN_PUBLIC_KEY, 'base64'), format: 'der', type: 'spki' });
const SCHOOL = /^[a-z0-9-]{3,64}$/;

exports.handler = async ({ authorizationToken, methodArn }) => {
  const claims = verified(authorizationToken);
  if (!claims) throw new Error('Unauthorized');
  // The result is cached for every method of the stage, so the policy must be right for all of them.
  const [api, stage] = methodArn.split('/');
  return {
    principalId: claims.school,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: `${api}/${stage}/*` }],
    },
    context: { tenantId: claims.school },
  };
};

function verified(authorization) {
  try {
    const [header, payload, signature] = authorization.replace(/^Bearer /, '').split('.');
    if (JSON.parse(Buffer.from(header, 'base64url').toString()).alg !== 'EdDSA') return undefined;
    if (!verify(null, Buffer.from(`${header}.${payload}`), publicKey, Buffer.from(signature, 'base64url'))) return undefined;
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    return typeof claims.school === 'string' && SCHOOL.test(claims.school) && claims.exp > Date.now() / 1000 ? claims : undefined;
  } catch {
    return undefined;
  }
}
