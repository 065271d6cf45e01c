import { CfnCondition, CfnParameter, CfnResource, Fn, RemovalPolicy } from 'aws-cdk-lib';
import type { IRepository } from 'aws-cdk-lib/aws-ecr';
import { type ContainerDefinition, ContainerImage, type ContainerImageConfig } from 'aws-cdk-lib/aws-ecs';
import { ParameterTier, StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { invalid } from '../core/private/base/invalid';
import { outermostStack } from '../core/private/base/outermost-stack';
import { childOnce } from '../core/private/once';
import { uniqueName } from '../core/private/unique-name';
import { requireDigest } from './image-digest';
import type { ImageVariant } from './image-variant';
import type { ReleasedImageOptions } from './released-image-options';

/** What the parameter holds until the first release. It is never changed in a template, so that no deployment overwrites a released digest. */
const NONE = 'none';

/** The image whose digest a delivery wrote to a parameter. */
export class ReleasedImage implements ImageVariant {
  constructor(
    private readonly repository: IRepository,
    private readonly options: ReleasedImageOptions,
  ) {
    requireDigest('ContainerImageSource', 'bootstrapImage', options.bootstrapImage);
  }

  public image(scope: Construct): ContainerImage {
    const digest = new CfnParameter(scope, 'ReleasedDigest', {
      type: 'AWS::SSM::Parameter::Value<String>',
      default: this.parameterName(scope),
      description: `The digest of the image that was released last for ${scope.node.path}, or ${NONE}`,
    });
    const isReleased = new CfnCondition(scope, 'IsReleased', {
      expression: Fn.conditionNot(Fn.conditionEquals(digest.valueAsString, NONE)),
    });
    const released = this.repository.repositoryUriForDigest(digest.valueAsString);
    const imageName = Fn.conditionIf(isReleased.logicalId, released, this.options.bootstrapImage).toString();
    return new PulledImage(this.repository, imageName);
  }

  public reference(scope: Construct): never {
    return invalid(
      scope,
      'image',
      'released',
      'an image of a folder or a repository: the bootstrap image is of another registry, and App Runner reads one registry only',
    );
  }

  private parameterName(scope: Construct): string {
    const { repository, options } = this;
    if (options.parameterName !== undefined) return options.parameterName;
    const isOwn = repository.node.defaultChild !== undefined && CfnResource.isCfnResource(repository.node.defaultChild);
    if (!isOwn || outermostStack(repository) === outermostStack(scope)) {
      invalid(
        scope,
        'image.parameterName',
        undefined,
        'the name of a parameter that exists before this stack is deployed, or a repository that another stack of this app creates',
      );
    }
    const name = `/${uniqueName(repository, 200)}/released`;
    childOnce(repository, 'ReleasedDigest', (id) => {
      const parameter = new StringParameter(repository as unknown as Construct, id, {
        parameterName: name,
        stringValue: NONE,
        tier: ParameterTier.STANDARD,
        description: 'The digest of the image that was released last. A delivery writes it; a deployment does not change it.',
      });
      parameter.applyRemovalPolicy(RemovalPolicy.RETAIN);
      return parameter;
    });
    outermostStack(scope).addStackDependency(outermostStack(repository));
    return name;
  }
}

/** An image of a repository whose name is known to CloudFormation only. */
class PulledImage extends ContainerImage {
  constructor(
    private readonly repository: IRepository,
    private readonly imageName: string,
  ) {
    super();
  }

  public override bind(_: Construct, container: ContainerDefinition): ContainerImageConfig {
    this.repository.grantPull(container.taskDefinition.obtainExecutionRole());
    return { imageName: this.imageName };
  }
}
