import { check, described } from './check';
import { queryOf } from './query';

/** `npx projen check-messages <topic ARN>… [--test <alarm>]`: exits with 1 if a subscription is not confirmed, or nobody is subscribed. */
async function main(args: string[]): Promise<void> {
  const checked = await check(args, queryOf);
  for (const line of described(checked)) console.log(line);
  if (checked.subscriptions.length === 0 || checked.subscriptions.some(({ isConfirmed }) => !isConfirmed)) process.exitCode = 1;
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 2;
});
