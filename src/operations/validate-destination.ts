import { Token } from 'aws-cdk-lib';
import { invalid } from '../core/private/base/invalid';

/** Documented: "Subscribe", Endpoint. The rest is for whoever gets the link that confirms it. */
export function checkAddress(address: unknown): void {
  if (typeof address === 'string' && (Token.isUnresolved(address) || isAddress(address))) return;
  invalid('Notification.email', 'address', address, "one e-mail address, such as 'operators@example.com'");
}

function isAddress(address: string): boolean {
  const [name = '', host = '', ...more] = address.split('@');
  const labels = host.split('.');
  return more.length === 0 && name !== '' && labels.length > 1 && labels.every((label) => label !== '') && !/[\s<>,;"]/.test(address);
}

/** Documented: AWS::Chatbot::SlackChannelConfiguration, SlackWorkspaceId and SlackChannelId. Slack's ids say by their first letter of what. */
export function checkChannel({ workspaceId, channelId }: { readonly workspaceId: string; readonly channelId: string }): void {
  check('workspaceId', workspaceId, /^T[0-9A-Z]{2,254}$/, "the id of a workspace, such as 'T0123ABCD', not its name");
  check('channelId', channelId, /^[CG][0-9A-Z]{2,254}$/, "the id of a channel, such as 'C0123ABCD', not its name");
}

function check(property: string, id: string, pattern: RegExp, expected: string): void {
  if (!Token.isUnresolved(id) && !pattern.test(id)) invalid('Notification.slack', property, id, expected);
}
