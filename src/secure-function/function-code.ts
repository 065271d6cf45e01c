import { existsSync } from 'node:fs';
import { Architecture, type Code, type FunctionOptions, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';
import { invalid } from '../core/private/base/invalid';

/** Options of code that is already built. */
export interface FunctionCodeOptions {
  /**
   * The method that Lambda calls, in the form of the runtime: `index.handler` for Node.js, `main.handler` for Python.
   *
   * @default 'index.handler'
   */
  readonly handler?: string;
  /**
   * The runtime.
   *
   * @default Runtime.NODEJS_24_X
   */
  readonly runtime?: Runtime;
  /**
   * The instruction set that the code is built for. It matters only for code with native binaries.
   *
   * @default Architecture.ARM_64
   */
  readonly architecture?: Architecture;
}

/** The code of a function, with its runtime. */
export class FunctionCode {
  /**
   * A module in TypeScript or JavaScript that exports `handler`: esbuild bundles it at synthesis, for Node.js 24 on ARM. The AWS SDK for
   * JavaScript is not bundled, because the runtime includes it.
   *
   * The app needs `esbuild` as a development dependency. Without it, the CDK bundles in Docker.
   *
   * @param entry path of the module
   * @throws when there is no such file
   */
  public static bundle(entry: string): FunctionCode {
    if (!existsSync(entry)) invalid('FunctionCode', 'entry', entry, 'the path of a module, best join(__dirname, …)');
    const runtime = { runtime: Runtime.NODEJS_24_X, architecture: Architecture.ARM_64 };
    return new FunctionCode((scope, id, options) => new NodejsFunction(scope, id, { ...options, ...runtime, entry }));
  }

  /**
   * Code in any language that is already built, or that the CDK builds: `Code.fromAsset('dist')`.
   *
   * @param code a folder, a zip file or an object in S3
   * @param options handler, runtime and architecture
   */
  public static of(code: Code, options?: FunctionCodeOptions): FunctionCode {
    const { handler = 'index.handler', runtime = Runtime.NODEJS_24_X, architecture = Architecture.ARM_64 } = options ?? {};
    return new FunctionCode((scope, id, props) => new LambdaFunction(scope, id, { ...props, code, handler, runtime, architecture }));
  }

  private constructor(
    /** @internal */
    public readonly _create: (scope: Construct, id: string, props: FunctionOptions) => LambdaFunction,
  ) {}
}
