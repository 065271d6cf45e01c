export const handler = async ({ requestContext }) => {
  const { email, token_use } = requestContext.authorizer.claims;
  return { statusCode: 200, body: JSON.stringify({ message: `Hello ${email}`, token: token_use }) };
};
