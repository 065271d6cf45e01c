import { existsSync } from 'node:fs';
import { Architecture, type Code, type FunctionOptions, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';
import { invalid } from '../core/private/base/invalid';

/** What code needs in order to run. */
export interface FunctionCodeOptions {
  /**
   * The method that Lambda calls, in the form of the runtime: `index.handler` for Node.js, `main.handler` for Python.
   *
   * @default 'index.handler'
   */
  readonly handler?: string;
  /**
   * What runs it.
   *
   * @default Runtime.NODEJS_24_X
   */
  readonly runtime?: Runtime;
  /**
   * The instruction set that the code is built for. It matters for code with binaries.
   *
   * @default Architecture.ARM_64
   */
  readonly architecture?: Architecture;
}

/** The code of a function, and what runs it. */
export class FunctionCode {
  /**
   * A module in TypeScript or JavaScript that exports `handler`: esbuild bundles it at synthesis, for Node.js 24 on ARM. The SDK for JavaScript is
   * left to the runtime, which has it.
   *
   * The app needs `esbuild` among its development dependencies; without it the CDK bundles in Docker.
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
   * Code of any language that is built already, or that the CDK builds: `Code.fromAsset('dist')`.
   *
   * @param code a folder, a zip file or an object
   * @param options its handler, runtime and architecture
   */
  public static of(code: Code, options?: FunctionCodeOptions): FunctionCode {
    const { handler = 'index.handler', runtime = Runtime.NODEJS_24_X, architecture = Architecture.ARM_64 } = options ?? {};
    return new FunctionCode((scope, id, props) => new LambdaFunction(scope, id, { ...props, code, handler, runtime, architecture }));
  }

  private constructor(
    /** @internal */
    public readonly _make: (scope: Construct, id: string, props: FunctionOptions) => LambdaFunction,
  ) {}
}
