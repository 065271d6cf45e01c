/**
 * The part of a response template that lets pages of these origins read the answer. A caller's origin is only repeated where it is one of them.
 *
 * It reads headers and nothing else: `$input.params('Origin')` would look in the path and the query first. Names of headers have no case, and
 * API Gateway's map of them does: browsers send `Origin` over HTTP/1.1 and `origin` over HTTP/2.
 *
 * @param origins `https://app.example`
 * @param exposed headers of the answer that pages may read; no browser shows them others than a few
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
    // Of every answer, those without the other headers included: caches must not give one origin another's.
    override('Vary', "'Origin'"),
    `#if(${origins.map((origin) => `$origin == '${origin}'`).join(' || ')})`,
    override('Access-Control-Allow-Origin', '$origin'),
    ...(exposed.length === 0 ? [] : [override('Access-Control-Expose-Headers', `'${exposed.join(',')}'`)]),
    '#end\n',
  ].join('');
}

/** What `corsTemplate` adds to an answer, as a method's response declares it. */
export function corsHeaders(origins: readonly string[], exposed: readonly string[] = []): Record<string, boolean> | undefined {
  if (origins.length === 0) return undefined;
  const names = ['Vary', 'Access-Control-Allow-Origin', ...(exposed.length === 0 ? [] : ['Access-Control-Expose-Headers'])];
  return Object.fromEntries(names.map((name) => [`method.response.header.${name}`, true]));
}
