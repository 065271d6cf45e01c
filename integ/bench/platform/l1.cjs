// The template and the assets of a cloud assembly, as L1 constructs of aws-cdk-lib: node l1.cjs, with its folder in ASSEMBLY.
const { readFileSync, readdirSync } = require('node:fs');
const { join } = require('node:path');
const { App, Stack } = require('aws-cdk-lib');
const { CfnInclude } = require('aws-cdk-lib/cloudformation-include');
const { DockerImageAsset } = require('aws-cdk-lib/aws-ecr-assets');
const { Asset } = require('aws-cdk-lib/aws-s3-assets');

const assembly = process.env.ASSEMBLY;
const read = (file) => JSON.parse(readFileSync(join(assembly, file), 'utf8'));
const app = new App();
for (const file of readdirSync(assembly).filter((name) => name.endsWith('.assets.json'))) {
  const stack = new Stack(app, file.replace('.assets.json', ''));
  const { files, dockerImages } = read(file);
  for (const [hash, { source }] of Object.entries(files)) {
    if (source.packaging === 'zip') new Asset(stack, hash, { path: join(assembly, source.path) });
  }
  for (const [hash, { source }] of Object.entries(dockerImages)) {
    new DockerImageAsset(stack, hash, { directory: join(assembly, source.directory) });
  }
  new CfnInclude(stack, 'Template', { templateFile: join(assembly, `${stack.stackName}.included.json`) });
}
