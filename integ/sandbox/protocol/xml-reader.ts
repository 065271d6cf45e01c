import { ServiceError } from './service-error';

/** An XML element of a request: its text, or its children. */
export interface XmlElement {
  readonly name: string;
  readonly text: string;
  readonly children: readonly XmlElement[];
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const TOKEN = /<\?xml[^?]*\?>|<(\/?)([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/gy;
// The characters that XML 1.0 allows.
const ILLEGAL = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/**
 * Reads the small XML documents of request bodies: elements and text. Comments, CDATA sections and document types, which no SDK sends, are
 * rejected, so that nothing is ambiguous.
 */
export function readXml(text: string): XmlElement {
  const root = { name: '', text: '', children: [] as XmlElement[] };
  const open = [root];
  let at = 0;
  for (const match of text.matchAll(TOKEN)) {
    at += match[0].length;
    const [, closing, name, , selfClosed, content] = match;
    const current = open[open.length - 1];
    if (content !== undefined) {
      current.text += unescapeText(content);
    } else if (closing) {
      if (open.length < 2 || current.name !== name) {
        throw malformed();
      }
      open.pop();
    } else if (name !== undefined) {
      const element = { name, text: '', children: [] };
      current.children.push(element);
      if (!selfClosed) {
        open.push(element);
      }
    }
  }
  const [document] = root.children;
  if (at < text.length || open.length > 1 || root.children.length !== 1 || root.text.trim() !== '') {
    throw malformed();
  }
  return document;
}

/** The text of a child; undefined if there is none. @throws if there are two */
export function childText(element: XmlElement, name: string): string | undefined {
  const found = element.children.filter((child) => child.name === name);
  if (found.length > 1) {
    throw malformed();
  }
  return found[0]?.text;
}

export function malformed(): ServiceError {
  return new ServiceError('MalformedXML', 'The XML you provided was not well-formed or did not validate against our published schema');
}

function unescapeText(text: string): string {
  // XML readers convert every unescaped line break to a line feed.
  const plain = text.replace(/\r\n?/g, '\n').replace(/&([^;]*);?/g, (reference, entity: string) => {
    const code = /^#x([0-9a-f]+)$/i.exec(entity)?.[1];
    const point = code === undefined ? Number(/^#(\d+)$/.exec(entity)?.[1] ?? Number.NaN) : Number.parseInt(code, 16);
    const character = ENTITIES[entity] ?? (point <= 0x10ffff ? String.fromCodePoint(point) : undefined);
    if (character === undefined || !reference.endsWith(';')) {
      throw malformed();
    }
    return character;
  });
  if (ILLEGAL.test(plain)) {
    throw malformed();
  }
  return plain;
}
