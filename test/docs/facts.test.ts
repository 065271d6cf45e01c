import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CfnResource, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { MAX_BODY_BYTES } from '../../src/buffered-ingest-path/request-template';
import { ACCESS_LOG_FORMAT } from '../../src/tenant-isolated-api/access-log-format';
import { testStack } from '../synth';
import { minimal as api } from '../tenant-isolated-api/apps';
import { minimal as table } from '../tenant-table/apps';

const page = (name: string): string => readFileSync(resolve(__dirname, '..', '..', 'docs', name), 'utf8').replace(/\s+/g, ' ');

function templateOf(make: (stack: Stack) => void): Template {
  const stack = testStack();
  make(stack);
  // Without a route, synthesis would fail, but the resources exist.
  return Template.fromJSON({
    Resources: Object.assign(
      {},
      ...stack.node
        .findAll()
        .filter(CfnResource.isCfnResource)
        .map((resource) => stack.resolve(resource._toCloudFormation()).Resources),
    ),
  });
}

describe('personal data', () => {
  test('the access log has exactly the personal data that the page names', () => {
    const fields = Object.keys(JSON.parse(ACCESS_LOG_FORMAT) as object);
    expect(page('personal-data.md')).toContain('user id, tenant, IP address, method, route and time of each request');
    expect(fields).toEqual(expect.arrayContaining(['user', 'tenant', 'sourceIp', 'method', 'route', 'time']));
    expect(ACCESS_LOG_FORMAT).not.toMatch(/userAgent|context\.path|email|claims|querystring/i);
  });

  test('the log of the firewall redacts the headers that the page names', () => {
    expect(page('personal-data.md')).toContain('without `Authorization` and `Cookie`');
    templateOf(api).hasResourceProperties('AWS::WAFv2::LoggingConfiguration', {
      RedactedFields: [{ SingleHeader: { Name: 'authorization' } }, { SingleHeader: { Name: 'cookie' } }],
    });
  });

  test('point-in-time recovery and the stream are as the page says', () => {
    expect(page('personal-data.md')).toContain('24 hours until the stream and 35 days until point-in-time recovery expire');
    templateOf(table).hasResourceProperties('AWS::DynamoDB::Table', {
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    });
  });
});

test('the largest body on the page is the limit of the template', () => {
  expect(page('known-limits.md')).toContain(`up to ${MAX_BODY_BYTES / 1024} KiB`);
});
