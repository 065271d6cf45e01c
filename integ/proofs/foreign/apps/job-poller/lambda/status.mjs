export const handler = async ({ pages, done, seconds }) => {
  if (pages < 0) return { status: 'FAILED' };
  return done < pages ? { status: 'RUNNING', pages, done: done + 1, seconds } : { status: 'SUCCEEDED', pages };
};
