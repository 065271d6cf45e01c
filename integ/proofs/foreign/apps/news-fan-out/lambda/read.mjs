export const handler = async ({ Records }) => {
  for (const { body } of Records) console.log(`${process.env.READER} reads: ${body}`);
};
