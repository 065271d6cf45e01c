import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Token } from 'aws-cdk-lib';
import type { IRepository } from 'aws-cdk-lib/aws-ecr';
import { invalid } from '../core/private/base/invalid';
import { requireDigest } from './image-digest';
import type { ImageVariant } from './image-variant';
import { FolderImage, RegistryImage, RepositoryImage } from './images';
import { ReleasedImage } from './released-image';
import type { ReleasedImageOptions } from './released-image-options';

/** How an image is built from a folder. */
export interface ImageBuildOptions {
  /**
   * Path of the Dockerfile in the folder.
   *
   * @default 'Dockerfile'
   */
  readonly file?: string;
  /**
   * The stage of the Dockerfile to build.
   *
   * @default - the last one
   */
  readonly target?: string;
  /**
   * Build arguments. They are part of the image, so they are no place for secrets.
   *
   * @default {}
   */
  readonly buildArgs?: Record<string, string>;
  /**
   * Files and folders that are not part of the build, in the syntax of .dockerignore.
   *
   * @default []
   */
  readonly exclude?: string[];
}

/** A digest names one image for ever; a tag can be moved. */
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Where the image of a service comes from. */
export class ContainerImageSource {
  /**
   * A folder with a Dockerfile. The CDK builds the image when the app is deployed, for the architecture of the service, and names it by
   * the hash of the folder: each change of a file is a new version.
   *
   * @param path path of the folder, best `join(__dirname, …)`
   * @param options Dockerfile, stage and build arguments
   * @throws when there is no Dockerfile
   */
  public static directory(path: string, options: ImageBuildOptions = {}): ContainerImageSource {
    const { file = 'Dockerfile', exclude = [], buildArgs = {}, target } = options;
    if (!existsSync(join(path, file))) invalid('ContainerImageSource', 'path', path, `a folder with a ${file}, best join(__dirname, …)`);
    return new ContainerImageSource(new FolderImage({ directory: path, file, exclude, buildArgs, target }));
  }

  /**
   * An image of an ECR repository. With a tag, ECS finds the digest when it starts a deployment, and all tasks of that deployment use it;
   * with a digest, the template names one image for ever.
   *
   * @param repository the repository; make its tags immutable
   * @param tagOrDigest `1.4.2` or `sha256:…`. `latest` is rejected, because two deployments of one template could run different code.
   * @throws when it is `latest`, or a digest that is malformed
   */
  public static repository(repository: IRepository, tagOrDigest: string): ContainerImageSource {
    if (!Token.isUnresolved(tagOrDigest)) {
      if (tagOrDigest === 'latest')
        invalid('ContainerImageSource', 'tagOrDigest', tagOrDigest, 'the tag of a version, or a digest: latest can be any image');
      if (tagOrDigest.startsWith('sha256:') && !DIGEST.test(tagOrDigest)) {
        invalid('ContainerImageSource', 'tagOrDigest', tagOrDigest, 'sha256: and 64 hexadecimal digits');
      }
    }
    return new ContainerImageSource(new RepositoryImage(repository, tagOrDigest));
  }

  /**
   * An image of any registry, by its digest.
   *
   * @param reference `public.ecr.aws/docker/library/nginx@sha256:…`
   * @throws when it has no digest: a tag of a registry that others own can become other code
   */
  public static registry(reference: string): ContainerImageSource {
    requireDigest('ContainerImageSource', 'reference', reference);
    return new ContainerImageSource(new RegistryImage(reference));
  }

  /**
   * The image that a delivery released last: its digest is in a parameter of SSM Parameter Store, which the delivery writes.
   * `cdk deploy` between two releases does not change the image, and a release does not change the infrastructure. The README in this
   * folder has the commands of a release.
   *
   * @param repository the repository that the delivery pushes to
   * @param options the image that runs until the first release, and the name of the parameter
   * @throws when the parameter has no name although it cannot be created beside the repository
   */
  public static released(repository: IRepository, options: ReleasedImageOptions): ContainerImageSource {
    return new ContainerImageSource(new ReleasedImage(repository, options));
  }

  private constructor(
    /** @internal */
    public readonly _source: ImageVariant,
  ) {}
}
