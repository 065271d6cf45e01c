const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#xD;' };

/** An element. Its content is text, which is escaped, or elements created by this function. */
export function element(name: string, content: string | readonly Xml[]): Xml {
  return { xml: `<${name}>${typeof content === 'string' ? escapeXml(content) : content.map(({ xml }) => xml).join('')}</${name}>` };
}

/** Text that is already markup. */
export interface Xml {
  readonly xml: string;
}

export function escapeXml(text: string): string {
  return text.replace(/[&<>"\r]/g, (character) => ESCAPES[character]);
}

/** A complete document of the query protocol. */
export function xmlDocument(root: string, namespace: string, content: readonly Xml[]): string {
  return `<?xml version="1.0"?><${root} xmlns="${namespace}">${content.map(({ xml }) => xml).join('')}</${root}>`;
}
