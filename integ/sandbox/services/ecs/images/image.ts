/** How a container of an image starts, as far as the task definition does not report otherwise. */
export interface ImageConfig {
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string;
  readonly user: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly shell: readonly string[];
  readonly stopSignal: string;
  readonly exposed: readonly number[];
  readonly volumes: readonly string[];
}

/** A path of an image, and the user and group who own it with all that is in it; later ones take precedence. */
export interface Owner {
  readonly path: string;
  readonly uid: number;
  readonly gid: number;
}

/** An image as folders of this machine: each layer has the files that it adds to those before it. */
export interface Image {
  readonly name: string;
  readonly layers: readonly string[];
  /** Folders of this machine that its programs need, at the same path: an interpreter. */
  readonly needs: readonly string[];
  readonly owners: readonly Owner[];
  readonly config: ImageConfig;
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What an image without any instruction has. Documented: "Dockerfile reference" (SHELL, STOPSIGNAL). */
export const EMPTY_CONFIG: ImageConfig = {
  env: { PATH },
  workdir: '/',
  user: '',
  entrypoint: [],
  command: [],
  shell: ['/bin/sh', '-c'],
  stopSignal: 'SIGTERM',
  exposed: [],
  volumes: [],
};
