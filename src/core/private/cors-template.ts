/**
 * Returns the part of a response template that allows pages of the given origins to read the response.
 *
 * It reads headers only: `$input.params('Origin')` would search the path and the query string first. Header names are case-insensitive, but
 * API Gateway's map of them is not: browsers send `Origin` over HTTP/1.1 and `origin` over HTTP/2.
 *
 * @param origins `https://app.example`
 * @param exposed response headers that pages may read, in addition to the few that browsers always expose
 */
export function corsTemplate(origins: readonly string[], exposed: readonly string[] = []): string {
  if (origins.length === 0) return '';
  const override = (name: string, value: string): string => `#set($context.responseOverride.header.${name} = ${value})`;
  return [
    '#set($headers = $input.params().header)',
    "#set($origin = '')",
    '#foreach($name in $headers.keySet())',
    "#if($name.toLowerCase() == 'origin')",
    '#set($origin = $headers.get($name))',
    '#end',
    '#end',
    // On every response, also without the other headers, so that caches do not serve one origin's response to another.
    override('Vary', "'Origin'"),
    `#if(${origins.map((origin) => `$origin == '${origin}'`).join(' || ')})`,
    override('Access-Control-Allow-Origin', '$origin'),
    ...(exposed.length === 0 ? [] : [override('Access-Control-Expose-Headers', `'${exposed.join(',')}'`)]),
    '#end\n',
  ].join('');
}

/** The headers that `corsTemplate` sets, as a method response declares them. */
export function corsHeaders(origins: readonly string[], exposed: readonly string[] = []): Record<string, boolean> | undefined {
  if (origins.length === 0) return undefined;
  const names = ['Vary', 'Access-Control-Allow-Origin', ...(exposed.length === 0 ? [] : ['Access-Control-Expose-Headers'])];
  return Object.fromEntries(names.map((name) => [`method.response.header.${name}`, true]));
}
