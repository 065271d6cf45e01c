import type { JsonObject } from '../../contracts';
import { malformed } from '../../iam/evaluation';
import { attempt } from '../../process/attempt';
import { ServiceError } from '../../protocol/service-error';

export interface PolicyVersion {
  /** `v2` */
  readonly id: string;
  readonly isDefault: boolean;
}

/** The versions of one managed policy, with the errors of IAM. */
export interface PolicyVersions {
  list(): readonly PolicyVersion[];
  create(document: string, setAsDefault: boolean): PolicyVersion;
  setDefault(id: string): void;
  delete(id: string): void;
}

/** Documented: "IAM and AWS STS quotas": managed policy versions, and their size, in which white space does not count. */
const MOST_VERSIONS = 5;
const MOST_CHARACTERS = 6_144;

/**
 * @param first the document of the template, which is `v1`
 * @param replace puts a document into force
 */
export function policyVersions(arn: string, first: JsonObject, replace: (document: JsonObject) => void): PolicyVersions {
  const documents = new Map([['v1', first]]);
  let [created, inForce] = [1, 'v1'];
  const existing = (id: string): JsonObject => {
    const document = documents.get(id);
    if (document === undefined)
      throw new ServiceError('NoSuchEntity', `Policy ${arn} version ${id} does not exist or is not attachable.`, 404);
    return document;
  };
  const setDefault = (id: string) => {
    replace(existing(id));
    inForce = id;
  };
  return {
    list: () => [...documents.keys()].reverse().map((id) => ({ id, isDefault: id === inForce })),
    create(text, setAsDefault) {
      const document = readDocument(text);
      if (documents.size >= MOST_VERSIONS)
        throw new ServiceError(
          'LimitExceeded',
          'A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.',
          409,
        );
      const id = `v${++created}`;
      documents.set(id, document);
      if (setAsDefault) setDefault(id);
      return { id, isDefault: setAsDefault };
    },
    setDefault,
    delete(id) {
      existing(id);
      if (id === inForce) throw new ServiceError('DeleteConflict', 'Cannot delete the default version of a policy.', 409);
      documents.delete(id);
    },
  };
}

function readDocument(text: string): JsonObject {
  if (text.replace(/\s/g, '').length > MOST_CHARACTERS)
    throw new ServiceError('LimitExceeded', `Cannot exceed quota for PolicySize: ${MOST_CHARACTERS}`, 409);
  const document = attempt(() => JSON.parse(text) as JsonObject) ?? {};
  const problems = malformed(document, 'identity');
  if (problems.length > 0) throw new ServiceError('MalformedPolicyDocument', problems.join('; '));
  return document;
}
