/**
 * Documented: "Private integrations for REST APIs in API Gateway": the path that a load balancer gets begins with the name of the stage, unless
 * $context.requestOverride.path says otherwise. $context.path has it where the API is called by its own host name, and not by a custom domain.
 * The body goes on as it is. In one line, because a line end would be part of the body.
 */
export function pathTemplate(): string {
  return [
    '#if($context.domainPrefix == $context.apiId)',
    '#set($start = $context.stage.length() + 1)',
    '#set($context.requestOverride.path = $context.path.substring($start))',
    '#{else}',
    '#set($context.requestOverride.path = $context.path)',
    '#{end}',
    '$input.body',
  ].join('');
}
