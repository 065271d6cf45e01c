import { API } from './api';
import type { Case } from './case';
import { CORE } from './core';
import { FUNCTION } from './function';
import { INGEST } from './ingest';
import { TENANTS } from './tenants';

export const CASES: Readonly<Record<string, Case>> = { ...API, ...CORE, ...FUNCTION, ...INGEST, ...TENANTS };
