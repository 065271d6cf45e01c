import type { Properties } from '../../assembly/properties';
import type { Action } from './definition';

/** The action of a rule, or the default one of a listener. Actions that authenticate users are rejected by name. */
export function readAction(owner: Properties, property: 'Actions' | 'DefaultActions'): Action {
  const actions = owner.list(property);
  const [action] = actions;
  if (action === undefined) throw owner.invalid(property, 'is missing');
  const other = actions.map((one) => one.required('Type')).find((type) => !['forward', 'redirect', 'fixed-response'].includes(type));
  if (other !== undefined) throw action.invalid('Type', `${other} is not supported`);
  if (actions.length > 1) throw owner.invalid(property, 'must end with one forward, redirect or fixed-response, and have no other of them');
  switch (action.required('Type')) {
    case 'forward':
      return readForward(action);
    case 'redirect':
      return readRedirect(action);
    default:
      return readFixedResponse(action);
  }
}

function readForward(action: Properties): Action {
  const config = action.object('ForwardConfig');
  const stickiness = config?.object('TargetGroupStickinessConfig');
  if (stickiness?.flag('Enabled')) throw stickiness.invalid('Enabled', 'true is not supported');
  const weighted = (config?.list('TargetGroups') ?? []).map((group) => ({
    arn: group.required('TargetGroupArn'),
    weight: group.number('Weight') ?? 1,
  }));
  const groups = weighted.length > 0 ? weighted : [{ arn: action.required('TargetGroupArn'), weight: 1 }];
  return { kind: 'forward', groups };
}

/** Documented: components that are not given keep their value. */
function readRedirect(action: Properties): Action {
  const config = action.object('RedirectConfig');
  if (!config) throw action.invalid('RedirectConfig', 'is missing');
  const status = config.required('StatusCode');
  if (status !== 'HTTP_301' && status !== 'HTTP_302') throw config.invalid('StatusCode', `${status} is not HTTP_301 or HTTP_302`);
  return {
    kind: 'redirect',
    status: status === 'HTTP_301' ? 301 : 302,
    protocol: config.text('Protocol') ?? '#{protocol}',
    host: config.text('Host') ?? '#{host}',
    port: config.text('Port') ?? '#{port}',
    path: config.text('Path') ?? '/#{path}',
    query: config.text('Query') ?? '#{query}',
  };
}

function readFixedResponse(action: Properties): Action {
  const config = action.object('FixedResponseConfig');
  if (!config) throw action.invalid('FixedResponseConfig', 'is missing');
  const status = config.number('StatusCode') ?? 0;
  if (!/^[245]\d\d$/.test(String(status))) throw config.invalid('StatusCode', `${status} is not 2XX, 4XX or 5XX`);
  return {
    kind: 'fixed-response',
    status,
    contentType: config.text('ContentType') ?? 'text/plain',
    body: config.text('MessageBody') ?? '',
  };
}
