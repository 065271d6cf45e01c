import type { SourceChange } from '../../kit/break-handler';

/** A fault of the platform that the proof must find. */
export interface Break {
  readonly what: string;
  /** What is replaced in the sources of the onboarding function. */
  readonly changes?: readonly SourceChange[];
  /** Whether the service still asks whether a tenant is active before it opens a session. @default true */
  readonly checksTenants?: boolean;
}

export const ONBOARDING = {
  entry: 'src/tenant-isolated-api/onboarding.lambda.ts',
  sources: 'src/tenant-isolated-api/lambda/onboarding',
  contains: 'and an id is never given again',
};

const BEFORE_EXISTS = '  rejectLeaving(found);\n  const exists = `';

export const BREAKS: Readonly<Record<string, Break>> = {
  'no-incarnation-check': {
    what: 'the id of a tenant that has departed can be onboarded for another customer',
    changes: [
      {
        file: 'execute.ts',
        from: BEFORE_EXISTS,
        to: `
          if (found.state === 'departed') {
            const at = time();
            const record: TenantRecord = { tenant, tier, state: 'onboarding', customer, version: found.version + 1, createdAt: at, updatedAt: at };
            await directory.putTenant(record, found);
            await reconcile(record, dependencies);
            return undefined;
          }
${BEFORE_EXISTS}`,
      },
    ],
  },
  'no-session-check': { what: 'a service opens sessions without asking whether the tenant is active', checksTenants: false },
  'no-key-deletion': {
    what: 'the API key of a tenant that is suspended or leaves is not deleted',
    changes: [{ file: 'reconcile.ts', from: 'if (key !== undefined) await controlPlane.deleteKey(key.id);', to: '' }],
  },
};
