/**
 * Escapes every character except unreserved ones, as signatures require. Documented: "Create a signed AWS API request" (IAM User Guide),
 * `UriEncode`.
 */
export function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Escapes a path as S3 signs it and as the engine reads it: slashes stay, and nothing is normalized. */
export function uriEncodePath(path: string): string {
  return path.split('/').map(uriEncode).join('/');
}

/**
 * Unescapes once. An unescaped `+` is rejected, because services disagree whether it means a space.
 *
 * @returns undefined for invalid UTF-8 or an invalid escape
 */
export function uriDecode(text: string): string | undefined {
  if (!/^[!-~]*$/.test(text) || text.includes('+')) {
    return undefined;
  }
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Splits a request target into path and query string, without the question mark. */
export function splitTarget(url: string): { readonly path: string; readonly query: string } {
  const at = url.indexOf('?');
  return at < 0 ? { path: url, query: '' } : { path: url.slice(0, at), query: url.slice(at + 1) };
}

/** The parameters of a query string in order; undefined if one cannot be decoded. */
export function queryParameters(query: string): [string, string][] | undefined {
  const parameters: [string, string][] = [];
  for (const pair of query.split('&').filter((part) => part !== '')) {
    const at = pair.indexOf('=');
    const name = uriDecode(at < 0 ? pair : pair.slice(0, at));
    const value = uriDecode(at < 0 ? '' : pair.slice(at + 1));
    if (name === undefined || value === undefined) {
      return undefined;
    }
    parameters.push([name, value]);
  }
  return parameters;
}
