import type { IRepository } from 'aws-cdk-lib/aws-ecr';
import { DockerImageAsset, type DockerImageAssetProps, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { ContainerImage, CpuArchitecture } from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import type { ImageReference, ImageVariant } from './image-variant';

/** An image that the CDK builds from a folder. */
export class FolderImage implements ImageVariant {
  constructor(private readonly build: Omit<DockerImageAssetProps, 'platform'>) {}

  public image(_: Construct, architecture: CpuArchitecture): ContainerImage {
    const { directory, ...build } = this.build;
    return ContainerImage.fromAsset(directory, { ...build, platform: platformOf(architecture) });
  }

  public reference(scope: Construct, architecture: CpuArchitecture): ImageReference {
    const { imageUri, repository } = new DockerImageAsset(scope, 'Image', { ...this.build, platform: platformOf(architecture) });
    return { identifier: imageUri, repository };
  }
}

/** An image of a repository, by its tag or digest. */
export class RepositoryImage implements ImageVariant {
  constructor(
    private readonly repository: IRepository,
    private readonly tagOrDigest: string,
  ) {}

  public image(): ContainerImage {
    return ContainerImage.fromEcrRepository(this.repository, this.tagOrDigest);
  }

  public reference(): ImageReference {
    const { repository, tagOrDigest } = this;
    return { identifier: repository.repositoryUriForTagOrDigest(tagOrDigest), repository };
  }
}

/** An image of any registry. */
export class RegistryImage implements ImageVariant {
  constructor(private readonly identifier: string) {}

  public image(): ContainerImage {
    return ContainerImage.fromRegistry(this.identifier);
  }

  public reference(): ImageReference {
    return { identifier: this.identifier };
  }
}

function platformOf(architecture: CpuArchitecture): Platform {
  return architecture === CpuArchitecture.ARM64 ? Platform.LINUX_ARM64 : Platform.LINUX_AMD64;
}
