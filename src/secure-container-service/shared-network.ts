import type { NetworkParts, NetworkVariant } from './network-variant';

/** The network of another service. */
export class SharedNetwork implements NetworkVariant {
  constructor(private readonly parts: NetworkParts) {}

  public create(): NetworkParts {
    // The logs are those of the service that created it.
    return { ...this.parts, logGroups: [] };
  }
}
