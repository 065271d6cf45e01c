import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Names of this machine's own settings for package registries, proxies and certificates. */
const NAMES =
  /^(?:npm_config_registry|PIP_.+|UV_.+|https?_proxy|no_proxy|SSL_CERT_(?:FILE|DIR)|NODE_EXTRA_CA_CERTS|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE)$/i;

/**
 * What `RUN` sees of this machine, so that it reaches the same package registries: nothing of it stays in the image. Docker passes the
 * settings of proxies alike. Documented: "Dockerfile reference", predefined ARGs.
 */
export function registrySettings(): { readonly env: Record<string, string>; readonly files: readonly string[] } {
  const env = Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (NAMES.test(name) && value ? [[name, value]] : [])),
  );
  const named = Object.values(env).filter((value) => value.startsWith('/') && existsSync(value));
  const own = ['/etc/pip.conf', '/etc/uv/uv.toml', '/etc/resolv.conf', '/etc/hosts'].filter(existsSync);
  const npmrc = join(homedir(), '.npmrc');
  return existsSync(npmrc)
    ? { env: { ...env, NPM_CONFIG_USERCONFIG: npmrc }, files: [...named, ...own, npmrc] }
    : { env, files: [...named, ...own] };
}
