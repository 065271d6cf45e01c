import type { CpuArchitecture, ICluster } from 'aws-cdk-lib/aws-ecs';

/** The size of a task on Fargate. */
export interface FargateOptions {
  /**
   * CPU units of a task: 1,024 are one processor. Fargate has 256, 512, 1024, 2048, 4096, 8192 and 16384.
   *
   * @default 512
   */
  readonly cpu?: number;
  /**
   * Memory of a task in MiB, in the steps that Fargate has for its CPU units: 1,024 to 4,096 for 512 units.
   *
   * @default 1024
   */
  readonly memoryMiB?: number;
  /**
   * The instruction set that the image is built for. ARM costs about 20 % less than x86.
   *
   * @default CpuArchitecture.ARM64
   */
  readonly architecture?: CpuArchitecture;
  /**
   * A cluster of your own, in the service's VPC.
   *
   * @default - a cluster for this service, which costs nothing
   */
  readonly cluster?: ICluster;
}

/** Tasks on spare capacity of Fargate. */
export interface FargateSpotOptions extends FargateOptions {
  /**
   * Number of tasks that run on demand before further ones run on spare capacity.
   *
   * @default 1
   */
  readonly base?: number;
}
