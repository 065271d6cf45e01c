import type { Construct } from 'constructs';
import { AuditTrail, type AuditTrailProps } from '../../src';

export function auditTrail(scope: Construct, props: AuditTrailProps = {}, id = 'AuditTrail'): AuditTrail {
  return new AuditTrail(scope, id, props);
}
