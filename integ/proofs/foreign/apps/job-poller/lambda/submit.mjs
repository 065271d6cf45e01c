export const handler = async ({ pages }) => ({ pages, done: 0, seconds: 2 });
