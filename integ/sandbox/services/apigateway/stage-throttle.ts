import type { Properties } from '../../assembly/properties';
import { methodKey, type StageDefinition } from './definition';
import type { RateLimit } from './token-bucket';

/** Documented defaults of an account, which cap a setting. The account's own limits are not imitated. */
const ACCOUNT: RateLimit = { rate: 10_000, burst: 5_000 };

/** A number that is not set is undefined; one that is -1, which turns throttling off, is infinite. */
interface Setting {
  readonly rate?: number;
  readonly burst?: number;
}

/** The throttling of `MethodSettings`. A setting for one method overrides the one for all methods (`/*` and `*`). */
export function throttleOf(stage: Properties, methods: ReadonlySet<string>): StageDefinition['throttle'] {
  let all: Setting = {};
  const single = new Map<string, Setting>();
  for (const setting of stage.list('MethodSettings')) {
    const limits = { rate: limitIn(setting, 'ThrottlingRateLimit'), burst: limitIn(setting, 'ThrottlingBurstLimit') };
    if (limits.rate === undefined && limits.burst === undefined) continue;
    const path = setting.required('ResourcePath');
    const method = setting.required('HttpMethod');
    if (path === '/*' && method === '*') {
      all = limits;
    } else {
      const key = methodKey(pathIn(path), method);
      if (!methods.has(key)) throw setting.invalid('ResourcePath', `${path} with ${method} is not a method of the API`);
      single.set(key, limits);
    }
  }
  const resolved = new Map([...methods].map((method) => [method, resolve(single.get(method), all)]));
  return (method) => resolved.get(method);
}

function limitIn(setting: Properties, name: string): number | undefined {
  const value = setting.number(name);
  return value === undefined || value >= 0 ? value : Number.POSITIVE_INFINITY;
}

/** Documented: "Forward slashes (/) are encoded as ~1 and the initial slash must include a forward slash". */
function pathIn(encoded: string): string {
  return encoded === '/' ? '/' : encoded.slice(1).replaceAll('~1', '/');
}

function resolve(own: Setting = {}, all: Setting): RateLimit | undefined {
  const rate = own.rate ?? all.rate ?? Number.POSITIVE_INFINITY;
  const burst = own.burst ?? all.burst ?? Number.POSITIVE_INFINITY;
  if (!Number.isFinite(rate) && !Number.isFinite(burst)) return undefined;
  return { rate: Math.min(rate, ACCOUNT.rate), burst: Math.min(burst, ACCOUNT.burst) };
}
