import { API } from './api';
import type { Case } from './case';
import { CONTAINER } from './container';
import { CORE } from './core';
import { FUNCTION } from './function';
import { INGEST } from './ingest';
import { LAKE } from './lake';
import { OPERATIONS } from './operations';
import { SYNC } from './sync';
import { TENANTS } from './tenants';
import { TRAIL } from './trail';

export const CASES: Readonly<Record<string, Case>> = {
  ...API,
  ...CONTAINER,
  ...CORE,
  ...FUNCTION,
  ...INGEST,
  ...LAKE,
  ...OPERATIONS,
  ...SYNC,
  ...TENANTS,
  ...TRAIL,
};
