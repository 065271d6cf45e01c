/**
 * External origins that the run may call, each with the origin that gets the requests: `https://api.example.com` →
 * `http://127.0.0.1:8080`. An origin that may be called directly is mapped to itself.
 */
export type Hosts = ReadonlyMap<string, string>;

/** `http(s)://host[:port]` */
const ORIGIN = /^https?:\/\/[^/?#@\s]+$/i;

/** Reads `https://host=http://127.0.0.1:port`, or `https://host` for the host itself. @throws with a one-sentence message */
export function readHosts(entries: readonly string[]): Map<string, string> {
  return new Map(
    entries.map((entry) => {
      const [from, to = from, ...more] = entry.split('=').map((origin) => origin.replace(/\/$/, ''));
      if (!ORIGIN.test(from) || !ORIGIN.test(to) || more.length > 0) {
        throw new Error(`Invalid --map ${entry}: expected https://host=http://127.0.0.1:port, or https://host to call the host itself`);
      }
      return [new URL(from).origin, new URL(to).origin];
    }),
  );
}

/** The origin for requests to a URL; undefined if they may not leave this machine. */
export function originFor(url: string, hosts: Hosts): string | undefined {
  const [origin = ''] = /^https?:\/\/[^/?#]+/i.exec(url) ?? [];
  if (/^http:\/\/(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(origin)) return origin;
  return URL.canParse(origin) ? hosts.get(new URL(origin).origin) : undefined;
}
