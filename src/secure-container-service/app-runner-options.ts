/** The size of an instance of App Runner, which always has an x86 processor. */
export interface AppRunnerOptions {
  /**
   * CPU units of an instance: 256, 512, 1024, 2048 or 4096.
   *
   * @default 1024
   */
  readonly cpu?: number;
  /**
   * Memory of an instance in MiB, 512 to 12,288, in the sizes that App Runner has for its CPU units.
   *
   * @default 2048
   */
  readonly memoryMiB?: number;
  /**
   * Requests that an instance handles at the same time. With more, App Runner adds an instance.
   *
   * @default 100
   */
  readonly maxConcurrency?: number;
}
