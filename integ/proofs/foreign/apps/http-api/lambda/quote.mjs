export const handler = async ({ version, pathParameters: { author } }) => ({ author, quote: 'Mucho ruido', version });
