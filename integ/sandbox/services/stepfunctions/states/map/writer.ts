import type { Json, JsonObject } from '../../../../contracts';
import { NotSupported } from '../../definition/not-supported';
import { only } from '../../definition/only';
import type { Reading } from '../../definition/state-type';
import { SdkFailure, type Services } from '../../integrations/services';
import type { ChildExecution, Scope } from '../../model';
import { TaskFailure } from '../../run/failure';

/** Writes the results of a map run to S3, and returns where. @throws TaskFailure */
export type Writer = (scope: Scope, services: Services, mapRunArn: string, children: readonly ChildExecution[]) => Promise<Json>;

const TRANSFORMATIONS = ['NONE', 'COMPACT', 'FLATTEN'];
const OUTPUT_TYPES = ['JSON', 'JSONL'];
/** The files of the manifest, with the statuses of the child executions in them. */
const FILES: Readonly<Record<string, readonly string[]>> = {
  FAILED: ['FAILED', 'TIMED_OUT', 'ABORTED'],
  PENDING: ['RUNNING'],
  SUCCEEDED: ['SUCCEEDED'],
};

/** Documented: "ResultWriter (Map)". Returns undefined without one. */
export function readWriter(fields: JsonObject, { language, where }: Reading): Writer | undefined {
  if (fields.ResultWriter === undefined) return undefined;
  const at = `${where}.ResultWriter`;
  const writer = only(fields.ResultWriter, at, ['Resource', 'WriterConfig', language.argumentsField]);
  if (!/^arn:[^:]+:states:::s3:putObject$/.test(String(writer.Resource))) {
    throw new NotSupported(`${at}.Resource ${writer.Resource} is not supported: it must be s3:putObject`);
  }
  const { Transformation = 'NONE', OutputType = 'JSON' } = only(writer.WriterConfig ?? {}, `${at}.WriterConfig`, [
    'Transformation',
    'OutputType',
  ]);
  const one = (value: Json, name: string, known: string[]) => {
    if (!known.includes(String(value)))
      throw new NotSupported(`${at}.WriterConfig.${name} ${value} is not supported: use one of ${known.join(', ')}`);
  };
  one(Transformation, 'Transformation', TRANSFORMATIONS);
  one(OutputType, 'OutputType', OUTPUT_TYPES);
  const place = language.template(writer[language.argumentsField] ?? {}, `${at}.${language.argumentsField}`);
  return async (scope, services, mapRunArn, children) => {
    const { Bucket, Prefix = '' } = (await place(scope)) as { Bucket: string; Prefix?: string };
    const folder = `${Prefix === '' ? '' : `${Prefix.replace(/\/$/, '')}/`}${mapRunArn.split(':').pop()}`;
    const put = async (Key: string, Body: string) => {
      await services.call('s3', 'putObject', { Bucket, Key, Body }).catch((error: unknown) => {
        if (!(error instanceof SdkFailure)) throw error;
        throw new TaskFailure('States.ResultWriterFailed', `${error.code ?? 'SdkClientException'}: ${error.message}`);
      });
      return { Key, Size: Buffer.byteLength(Body) };
    };
    const ResultFiles: Record<string, Json[]> = {};
    for (const [name, statuses] of Object.entries(FILES)) {
      const results = children.filter(({ status }) => statuses.includes(status));
      const items = results.flatMap((child) => transformed(child, String(Transformation)));
      const text = OutputType === 'JSON' ? JSON.stringify(items) : items.map((item) => JSON.stringify(item)).join('\n');
      ResultFiles[name] = results.length === 0 ? [] : [await put(`${folder}/${name}_0.${OutputType === 'JSON' ? 'json' : 'jsonl'}`, text)];
    }
    const manifest = { DestinationBucket: Bucket, MapRunArn: mapRunArn, ResultFiles };
    await put(`${folder}/manifest.json`, JSON.stringify(manifest));
    return { MapRunArn: mapRunArn, ResultWriterDetails: { Bucket, Key: `${folder}/manifest.json` } };
  };
}

/** Documented: a failed child is exported unchanged. */
function transformed(child: ChildExecution, transformation: string): Json[] {
  if (transformation === 'NONE' || child.status !== 'SUCCEEDED') return [exported(child)];
  const output = JSON.parse(child.output ?? 'null') as Json;
  return transformation === 'FLATTEN' && Array.isArray(output) ? output : [output];
}

function exported({
  executionArn,
  stateMachineArn,
  name,
  status,
  input,
  output,
  error,
  cause,
  startDate,
  stopDate,
  redriveCount,
}: ChildExecution): Json {
  const date = (seconds: number) => new Date(seconds * 1000).toISOString();
  return {
    ...(cause === undefined ? {} : { Cause: cause }),
    ...(error === undefined ? {} : { Error: error }),
    ...{ ExecutionArn: executionArn, Input: input, InputDetails: { Included: true }, Name: name },
    ...(output === undefined ? {} : { Output: output, OutputDetails: { Included: true } }),
    ...{ RedriveCount: redriveCount, RedriveStatus: status === 'SUCCEEDED' ? 'NOT_REDRIVABLE' : 'REDRIVABLE_BY_MAP_RUN' },
    ...{ StartDate: date(startDate), StateMachineArn: stateMachineArn, Status: status },
    ...(stopDate === undefined ? {} : { StopDate: date(stopDate) }),
  };
}
