import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Names of this machine's own settings for package registries, proxies and certificates. */
const NAMES =
  /^(?:npm_config_registry|PIP_.+|UV_.+|https?_proxy|no_proxy|SSL_CERT_(?:FILE|DIR)|NODE_EXTRA_CA_CERTS|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE)$/i;

/** The folder for them in a step. Nothing is mounted at a path of the image, which would stay in it as an empty file. */
const FOLDER = '/run/sandbox/settings';

/**
 * What `RUN` sees of this machine, so that it reaches the same package registries. Docker passes the settings of proxies alike.
 * Documented: "Dockerfile reference", predefined ARGs.
 */
export function registrySettings(): { readonly env: Record<string, string>; readonly files: ReadonlyMap<string, string> } {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (NAMES.test(name) && value) env[name] = value;
  for (const [name, file] of [
    ['NPM_CONFIG_USERCONFIG', join(homedir(), '.npmrc')],
    ['PIP_CONFIG_FILE', '/etc/pip.conf'],
  ]) {
    if (env[name] === undefined && existsSync(file)) env[name] = file;
  }
  return {
    env,
    files: new Map(
      Object.values(env)
        .filter((value) => value.startsWith('/') && existsSync(value))
        .map((file, at) => [file, `${FOLDER}/${at}`]),
    ),
  };
}
