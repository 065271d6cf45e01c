import type { Json, JsonObject } from '../../contracts';

/**
 * Claims that a trigger can neither change nor suppress. Documented: "Pre token generation Lambda trigger" in the Cognito developer guide.
 */
const FIXED = 'acr amr at_hash auth_time azp exp iat iss jti nbf nonce origin_jti sub token_use'.split(' ');
const FIXED_IN: Readonly<Record<string, readonly string[]>> = {
  idTokenGeneration: [...FIXED, 'aud', 'cognito:username', 'identities'],
  accessTokenGeneration: [...FIXED, 'username', 'client_id', 'scope', 'device_key', 'event_id', 'version'],
};

/** A malformed response of a trigger. */
export class Unrecognizable extends Error {
  public constructor() {
    super('Unrecognizable lambda output');
  }
}

/**
 * Validates the response of a trigger for the engine: an event with a response whose members have the documented types. Drops changes of
 * fixed claims, and copies the groups to where the engine reads them.
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
