/**
 * The lines of a text in UTF-8. Only a line feed ends a line: other separators, such as U+2028, can be part of a text in JSON, and the
 * readline module of Node.js would divide the line there.
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let rest: string[] = [];
  for await (const chunk of chunks) {
    const [first, ...others] = decoder.decode(chunk, { stream: true }).split('\n');
    rest.push(first);
    for (const other of others) {
      yield rest.join('');
      rest = [other];
    }
  }
  const last = rest.join('') + decoder.decode();
  if (last !== '') yield last;
}
