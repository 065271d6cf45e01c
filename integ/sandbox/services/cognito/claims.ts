import type { Json, JsonObject } from '../../contracts';

/** Documented: "Pre token generation Lambda trigger" in the Cognito developer guide: what a function can neither change nor take away. */
const FIXED = 'acr amr at_hash auth_time azp exp iat iss jti nbf nonce origin_jti sub token_use'.split(' ');
const FIXED_IN: Readonly<Record<string, readonly string[]>> = {
  idTokenGeneration: [...FIXED, 'aud', 'cognito:username', 'identities'],
  accessTokenGeneration: [...FIXED, 'username', 'client_id', 'scope', 'device_key', 'event_id', 'version'],
};

/** An answer that is not one. */
export class Unrecognizable extends Error {
  public constructor() {
    super('Unrecognizable lambda output');
  }
}

/**
 * What the engine may put into tokens of what a function answered: the event with a response in it, whose every member is of its type. What is
 * fixed stays as it is, and groups stand where the engine looks for them.
 */
export function claimsOf(payload: Json): JsonObject {
  const response = objectIn(objectIn(payload).response);
  const details = optional(response.claimsAndScopeOverrideDetails);
  const groups = optional(details.groupOverrideDetails);
  stringsIn(groups.groupsToOverride);
  const sections = Object.entries(FIXED_IN).map(([name, fixed]) => {
    const { claimsToAddOrOverride, claimsToSuppress, scopesToAdd, scopesToSuppress } = optional(details[name]);
    const added = Object.entries(optional(claimsToAddOrOverride)).filter(([claim]) => !fixed.includes(claim));
    return [
      name,
      {
        claimsToAddOrOverride: Object.fromEntries(added),
        claimsToSuppress: stringsIn(claimsToSuppress).filter((claim) => !fixed.includes(claim)),
        scopesToAdd: stringsIn(scopesToAdd),
        scopesToSuppress: stringsIn(scopesToSuppress),
        groupOverrideDetails: groups,
      },
    ];
  });
  return { response: { claimsAndScopeOverrideDetails: Object.fromEntries(sections) } };
}

function objectIn(value: Json | undefined): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Unrecognizable();
  return value;
}

function optional(value: Json | undefined): JsonObject {
  return objectIn(value ?? {});
}

function stringsIn(value: Json | undefined): string[] {
  const list = value ?? [];
  if (!Array.isArray(list) || list.some((item) => typeof item !== 'string')) throw new Unrecognizable();
  return list as string[];
}
