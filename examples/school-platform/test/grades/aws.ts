import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openTenantData } from '../../app/grades/src/tenant-data';

/** A call to AWS, with its user agent. */
export interface Call {
  readonly name: string;
  readonly agent: string;
}

const SESSION = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>id</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>
</Credentials></AssumeRoleResult></AssumeRoleResponse>`;

/** Answers as STS and as DynamoDB, whose table is empty, while the tests of a file run. Returns the calls. */
export function answeringAws(): Call[] {
  const calls: Call[] = [];
  const aws = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      const target = request.headers['x-amz-target'];
      const name = typeof target === 'string' ? target.split('.')[1] : 'AssumeRole';
      calls.push({ name, agent: String(request.headers['user-agent']) });
      const Item = { state: { S: 'active' }, pk: { S: '' } };
      response.setHeader('content-type', name === 'AssumeRole' ? 'text/xml' : 'application/x-amz-json-1.0');
      response.end(name === 'AssumeRole' ? SESSION : JSON.stringify(name === 'GetItem' ? { Item } : {}));
    });
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => aws.listen(0, '127.0.0.1', resolve));
    const { port } = aws.address() as AddressInfo;
    Object.assign(process.env, {
      ...{ AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`, AWS_REGION: 'eu-central-1' },
      ...{ AWS_ACCESS_KEY_ID: 'own', AWS_SECRET_ACCESS_KEY: 'own' },
    });
  });
  afterAll(async () => {
    for (const name of ['AWS_ENDPOINT_URL', 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) delete process.env[name];
    aws.closeAllConnections();
    await new Promise((resolve) => aws.close(resolve));
  });
  return calls;
}

/** The data of schools, behind that. */
export const opened = () =>
  openTenantData({ tableName: 'data', directoryTableName: 'directory', tenantRoleArn: 'arn:aws:iam::123456789012:role/tenants' });
