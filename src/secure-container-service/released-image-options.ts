/** An image that a delivery releases. */
export interface ReleasedImageOptions {
  /**
   * The image that runs until the first release, with its digest: `public.ecr.aws/docker/library/nginx@sha256:…`. It must listen on the
   * port of the container and answer its health check.
   */
  readonly bootstrapImage: string;
  /**
   * Name of a parameter that exists before the service's stack is deployed, and holds a digest, or `none` before the first release.
   * CloudFormation reads it before it creates anything of that stack.
   *
   * @default - a parameter that is created beside the repository, if another stack of this app creates that
   */
  readonly parameterName?: string;
}
