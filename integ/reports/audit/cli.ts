import { described, verify } from './verify';

/** `npx projen verify-audit <folder or s3://bucket> <period>`: exits with 1 if something is wrong or not closed yet. */
async function main(args: string[]): Promise<void> {
  const verification = await verify(args);
  for (const line of described(verification)) console.log(line);
  if (verification.findings.length > 0 || verification.notClosed > 0) process.exitCode = 1;
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 2;
});
