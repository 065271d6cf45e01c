import {
  DockerfileParser,
  type From,
  type ModifiableInstruction,
  type Instruction as Parsed,
  type PropertyInstruction,
} from 'dockerfile-ast';
import { DockerfileError } from './dockerfile-error';
import type { Command, Dockerfile, HealthCheck, Instruction, Stage } from './instructions';
import { splitWords } from './words';

/**
 * Reads a Dockerfile. Documented: "Dockerfile reference" (Docker).
 *
 * @param file its name, for errors
 * @returns with a `rejected` instruction where one, or a flag of one, cannot be done faithfully here
 * @throws DockerfileError for what is not in a stage
 */
export function readDockerfile(text: string, file = 'Dockerfile'): Dockerfile {
  const globals: { name: string; value?: string }[] = [];
  const stages: (Stage & { readonly instructions: Instruction[] })[] = [];
  for (const parsed of DockerfileParser.parse(text).getInstructions()) {
    const read = new Reader(file, parsed);
    const stage = stages.at(-1);
    if (parsed.getKeyword() === 'FROM') stages.push({ ...read.from(), instructions: [] });
    else if (parsed.getKeyword() === 'LABEL' || parsed.getKeyword() === 'MAINTAINER') continue;
    else if (stage !== undefined) stage.instructions.push(read.instructionOrError());
    else if (parsed.getKeyword() === 'ARG') globals.push(read.arg());
    else throw read.invalid('only ARG may stand before the first FROM');
  }
  if (stages.length === 0) throw new DockerfileError(file, 1, 'FROM', 'the Dockerfile has none, so there is nothing to build');
  return { file, globals, stages };
}

/** Durations and retries of a health check without flags. Documented: "Dockerfile reference", HEALTHCHECK. */
const HEALTH = { interval: 30_000, timeout: 30_000, retries: 3, startPeriod: 0 };
const PACKAGE_MANAGER = /(?:^|[\s;&|(])(apt-get|apt|aptitude|dpkg|apk|yum|dnf|microdnf|zypper|pacman)\s/;
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Reads one instruction, and names it and its line in errors. */
class Reader {
  private readonly text: string;

  constructor(
    private readonly file: string,
    private readonly parsed: Parsed,
  ) {
    this.text = joined(parsed.getRawArgumentsContent() ?? '');
  }

  invalid(reason: string): DockerfileError {
    const shown = `${this.parsed.getKeyword()} ${this.text}`.slice(0, 80);
    return new DockerfileError(this.file, this.line, shown, reason);
  }

  from(): Omit<Stage, 'instructions'> {
    this.flags('platform');
    const from = this.parsed as From;
    const image = from.getImage();
    if (image === null) throw this.invalid('it names no image');
    const name = from.getBuildStage();
    return { line: this.line, from: image, ...(name === null ? {} : { name }) };
  }

  arg(): { name: string; value?: string } {
    const [name, ...value] = unquoted(this.text).split('=');
    return { name, ...(value.length === 0 ? {} : { value: value.join('=') }) };
  }

  instructionOrError(): Instruction {
    try {
      return this.instruction();
    } catch (error) {
      return { kind: 'rejected', line: this.line, error: error as Error };
    }
  }

  private instruction(): Instruction {
    const { line } = this;
    switch (this.parsed.getKeyword()) {
      case 'ARG':
        return { kind: 'arg', line, ...this.arg() };
      case 'ENV':
        return {
          kind: 'env',
          line,
          values: (this.parsed as PropertyInstruction).getProperties().map((one) => [one.getName(), one.getValue() ?? '']),
        };
      case 'WORKDIR':
        return { kind: 'workdir', line, path: unquoted(this.text) };
      case 'USER':
        return { kind: 'user', line, user: this.text };
      case 'COPY':
        return this.copy(this.flags('from', 'chown', 'chmod', 'link'));
      case 'ADD':
        return this.add();
      case 'RUN':
        return { kind: 'run', line, command: this.run(), mounts: this.mounts() };
      case 'SHELL':
        return { kind: 'shell', line, shell: jsonWords(this.text) ?? this.fail('expected a list of words in JSON') };
      case 'CMD':
        return { kind: 'cmd', line, command: this.command() };
      case 'ENTRYPOINT':
        return { kind: 'entrypoint', line, command: this.command() };
      case 'HEALTHCHECK':
        return { kind: 'health', line, check: this.healthCheck() };
      case 'EXPOSE':
        return { kind: 'expose', line, ports: splitWords(this.text) };
      case 'VOLUME':
        return { kind: 'volume', line, paths: jsonWords(this.text) ?? splitWords(this.text) };
      case 'STOPSIGNAL':
        return { kind: 'stopsignal', line, signal: this.text };
      default:
        throw this.invalid('this instruction is not supported');
    }
  }

  private get line(): number {
    return this.parsed.getRange().start.line + 1;
  }

  private fail(reason: string): never {
    throw this.invalid(reason);
  }

  /** The values of its flags by name; each must be one of `known`. */
  private flags(...known: string[]): Map<string, string> {
    const flags = new Map<string, string>();
    for (const flag of (this.parsed as ModifiableInstruction).getFlags()) {
      if (!known.includes(flag.getName())) this.fail(`the flag --${flag.getName()} is not supported`);
      flags.set(flag.getName(), flag.getValue() ?? '');
    }
    return flags;
  }

  private command(): Command {
    if (/<<-?['"]?\w/.test(this.text)) this.fail('here-documents are not supported');
    const words = jsonWords(this.text);
    return words === undefined ? { line: this.text } : { words };
  }

  /** Packages of an operating system would go into this machine's own folders. */
  private run(): Command {
    const command = this.command();
    const text = 'line' in command ? command.line : command.words.join(' ');
    const manager = PACKAGE_MANAGER.exec(text)?.[1];
    if (manager !== undefined)
      this.fail(`packages of the operating system can't be installed here (${manager}): its programs are those of this machine`);
    return command;
  }

  /** A file of the build folder is the same for ADD as for COPY; an address or an archive is not. */
  private add(): Instruction {
    const copy = this.copy(this.flags('chown', 'chmod', 'link'));
    if (copy.kind === 'copy') {
      const other = copy.sources.find((source) => /^(https?|git|ssh):|^git@|\.(tar|tgz|gz|bz2|xz|zst)$/.test(source));
      if (other !== undefined) this.fail(`${other} would be fetched or unpacked: only files of the build folder can be added`);
    }
    return copy;
  }

  private copy(flags: ReadonlyMap<string, string>): Instruction {
    if (flags.has('chmod')) this.fail('the flag --chmod is not supported: set the mode of the files, or use RUN chmod');
    if (/^<<|\s<<-?['"]?\w/.test(this.text)) this.fail('here-documents are not supported');
    const words = [...(jsonWords(this.text) ?? splitWords(this.text))];
    const to = words.pop();
    if (to === undefined || words.length === 0) this.fail('expected at least one source and a destination');
    const [from, owner] = [flags.get('from'), flags.get('chown')];
    return {
      ...{ kind: 'copy', line: this.line, sources: words, to: to ?? '' },
      ...(from === undefined ? {} : { from }),
      ...(owner === undefined ? {} : { owner }),
    };
  }

  /** `RUN --mount=type=cache,target=/root/.npm`; other flags have no counterpart. */
  private mounts(): string[] {
    return (this.parsed as ModifiableInstruction).getFlags().map((flag) => {
      const options = Object.fromEntries((flag.getValue() ?? '').split(',').map((pair) => pair.split('=')));
      const target = options.target ?? options.dst ?? options.destination;
      if (flag.getName() !== 'mount' || options.type !== 'cache' || target === undefined) {
        this.fail(`the flag --${flag.getName()}=${flag.getValue() ?? ''} is not supported: only a mount of the type cache is`);
      }
      return target ?? '';
    });
  }

  private healthCheck(): HealthCheck | 'none' {
    const flags = this.flags('interval', 'timeout', 'retries', 'start-period', 'start-interval');
    if (/^none$/i.test(this.text)) return 'none';
    const [, line] = /^CMD\s+([\s\S]+)$/i.exec(this.text) ?? this.fail('expected CMD or NONE');
    const words = jsonWords(line);
    const duration = (name: string, otherwise: number) => {
      const given = flags.get(name);
      return given === undefined ? otherwise : (milliseconds(given) ?? this.fail(`--${name}=${given} is not a duration such as 30s`));
    };
    return {
      command: words === undefined ? { line } : { words },
      interval: duration('interval', HEALTH.interval),
      timeout: duration('timeout', HEALTH.timeout),
      startPeriod: duration('start-period', HEALTH.startPeriod),
      retries: Number(flags.get('retries') ?? HEALTH.retries),
    };
  }
}

/** The text with its continued lines joined; comment lines and empty lines between them are dropped, as Docker does. */
function joined(raw: string): string {
  const [first, ...rest] = raw.split('\n');
  const lines = [first, ...rest.filter((line) => !/^\s*(#|$)/.test(line))];
  return lines
    .map((line) => line.trimEnd())
    .map((line, index) => (line.endsWith('\\') && index < lines.length ? line.slice(0, -1) : line))
    .join(' ')
    .trim();
}

function jsonWords(text: string): readonly string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const words: unknown = JSON.parse(text);
    return Array.isArray(words) && words.every((word) => typeof word === 'string') ? words : undefined;
  } catch {
    // Docker takes such a line as one for the shell.
    return undefined;
  }
}

function unquoted(text: string): string {
  return splitWords(text).join(' ');
}

/** `1m30s` in milliseconds. */
function milliseconds(text: string): number | undefined {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  const whole = parts.map(([part]) => part).join('') === text && text !== '';
  return whole ? parts.reduce((sum, [, number, unit]) => sum + Number(number) * UNITS[unit], 0) : undefined;
}
