import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Assembly, Json, Resource } from '../../contracts';
import { attempt } from '../../process/attempt';
import { objectOf, strings } from '../../protocol/json';
import { entriesOf } from './zip';

/** `require("@aws-sdk/client-ec2")`, `from '@aws-sdk/lib-storage'`, `import("@smithy/util-utf8")`, also of minified code. */
const IMPORT = /(?:\brequire\(|\bimport\(|\bfrom|\bimport)\s{0,8}["'`](@(?:aws-sdk|smithy)\/[a-z0-9-]+)/g;
const CODE = /\.[cm]?js$/;
const PACKAGED = /(?:^|\/)node_modules\/(@(?:aws-sdk|smithy)\/[a-z0-9-]+)\//;

/** The file of the CDK with the service names of the AWS SDK v2 that AwsCustomResource accepts, and those of v3. */
const OLDER_NAMES = 'custom-resources/lib/helpers-internal/sdk-v2-to-v3.json';

/**
 * The packages of the AWS SDK for JavaScript that Node.js functions of an assembly import and do not contain. Lambda's runtime has all
 * of them (documented: "Building Lambda functions with Node.js", runtime-included SDK versions).
 */
export function sdkImports(assembly: Assembly): string[] {
  const functions = assembly.ofType('AWS::Lambda::Function').filter((resource) => {
    const runtime = attempt(() => assembly.resolve(resource.stack, resource.properties.Runtime ?? ''));
    return typeof runtime === 'string' && runtime.startsWith('nodejs');
  });
  const names = functions.flatMap((resource) =>
    codesOf(assembly, resource).flatMap((code) => ('text' in code ? importsOf(code.text) : importsOfAsset(code.asset))),
  );
  return [...new Set([...names, ...namedByResources(assembly)])].sort();
}

type Code = { readonly text: string } | { readonly asset: string };

/** The code of a function and of its layers, as far as the template names it. */
function codesOf(assembly: Assembly, { stack, properties }: Resource): Code[] {
  const resolve = (value: Json | undefined) => attempt(() => assembly.resolve(stack, value ?? null));
  const code = objectOf(resolve(properties.Code));
  if (typeof code.ZipFile === 'string') return [{ text: code.ZipFile }];
  const layers = strings(resolve(properties.Layers)).flatMap((arn) => {
    const layer = assembly.byArn(arn);
    return layer?.type === 'AWS::Lambda::LayerVersion' ? [objectOf(assembly.resolve(layer.stack, layer.properties.Content))] : [];
  });
  return [code, ...layers].flatMap(({ S3Bucket, S3Key }) => {
    const asset = attempt(() => assembly.asset(String(S3Bucket), String(S3Key)));
    return asset === undefined ? [] : [{ asset }];
  });
}

function importsOfAsset(asset: string): string[] {
  const imported = new Set<string>();
  const packaged = new Set<string>();
  for (const { name, content } of filesOf(asset)) {
    const own = PACKAGED.exec(name)?.[1];
    if (own !== undefined) packaged.add(own);
    else if (CODE.test(name)) for (const one of importsOf(content())) imported.add(one);
  }
  return [...imported].filter((name) => !packaged.has(name));
}

function filesOf(asset: string): Iterable<{ readonly name: string; content(): Buffer }> {
  if (!statSync(asset).isDirectory()) return entriesOf(readFileSync(asset));
  return readdirSync(asset, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return { name: relative(asset, path), content: () => readFileSync(path) };
    });
}

export function importsOf(code: string | Buffer): string[] {
  if (!code.includes('@aws-sdk/') && !code.includes('@smithy/')) return [];
  return [...new Set([...code.toString().matchAll(IMPORT)].map(([, name]) => name))];
}

/** `AwsCustomResource` of the CDK imports the client that its properties name, by the name of v3 or of v2: `SSM`, `CloudWatchLogs`. */
function namedByResources(assembly: Assembly): string[] {
  const calls = assembly
    .ofType('Custom::AWS')
    .flatMap(({ stack, properties }) => [properties.Create, properties.Update].map((call) => attempt(() => assembly.resolve(stack, call))));
  const services = calls.flatMap((call) => {
    const { service } = objectOf(attempt(() => JSON.parse(String(call)) as Json));
    return typeof service === 'string' ? [service.toLowerCase().replace('@aws-sdk/client-', '')] : [];
  });
  if (services.length === 0) return [];
  const file = join(dirname(require.resolve('aws-cdk-lib/package.json')), OLDER_NAMES);
  const newer = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, string>>;
  return services.map((name) => `@aws-sdk/client-${newer[name] ?? name}`);
}
