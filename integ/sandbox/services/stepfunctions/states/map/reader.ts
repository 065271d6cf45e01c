import type { Json, JsonObject } from '../../../../contracts';
import { NotSupported } from '../../definition/not-supported';
import { only } from '../../definition/only';
import type { Reading } from '../../definition/state-type';
import type { Services } from '../../integrations/services';
import { SdkFailure } from '../../integrations/services';
import type { Scope } from '../../model';
import { TaskFailure } from '../../run/failure';
import { DELIMITERS, readCsv } from './csv';

/** Reads the items of a map run from S3. @throws TaskFailure */
export type Reader = (scope: Scope, services: Services) => Promise<Json[]>;

const CONFIG = ['InputType', 'CSVHeaderLocation', 'CSVHeaders', 'CSVDelimiter', 'ItemsPointer'];

/** Documented: "ItemReader (Map)". Returns undefined without one. */
export function readReader(fields: JsonObject, { language, where }: Reading): Reader | undefined {
  if (fields.ItemReader === undefined) return undefined;
  const at = `${where}.ItemReader`;
  const reader = only(fields.ItemReader, at, ['Resource', 'ReaderConfig', language.argumentsField]);
  const config = only(reader.ReaderConfig ?? {}, `${at}.ReaderConfig`, [...CONFIG, ...language.names('MaxItems')]);
  const place = language.template(reader[language.argumentsField] ?? {}, `${at}.${language.argumentsField}`);
  const maxItems = language.value(config, 'MaxItems', `${at}.ReaderConfig`);
  const read = readSource(String(reader.Resource), config, at);
  return async (scope, services) => {
    try {
      const given = (await place(scope)) as JsonObject;
      const most = (await maxItems?.(scope)) ?? Number.POSITIVE_INFINITY;
      if (typeof most !== 'number' || most < 0) throw new Error(`MaxItems must be a positive number, not ${JSON.stringify(most)}`);
      const items = await read(given, services);
      return most === 0 ? items : items.slice(0, most);
    } catch (error) {
      if (error instanceof TaskFailure) throw error;
      const cause = error instanceof SdkFailure ? `${error.code ?? 'SdkClientException'}: ${error.message}` : (error as Error).message;
      throw new TaskFailure('States.ItemReaderFailed', cause);
    }
  };
}

type Source = (given: JsonObject, services: Services) => Promise<Json[]>;

function readSource(resource: string, config: JsonObject, where: string): Source {
  if (/^arn:[^:]+:states:::s3:listObjectsV2$/.test(resource)) return listObjects;
  if (!/^arn:[^:]+:states:::s3:getObject$/.test(resource)) {
    throw new NotSupported(`${where}.Resource ${resource} is not supported: it must be s3:getObject or s3:listObjectsV2`);
  }
  const parse = readFormat(config, `${where}.ReaderConfig`);
  return async (given, services) => {
    const { Body } = await services.call('s3', 'getObject', given);
    return parse(String(Body ?? ''));
  };
}

async function listObjects(given: JsonObject, services: Services): Promise<Json[]> {
  const found: Json[] = [];
  let token: Json | undefined;
  do {
    const page = await services.call('s3', 'listObjectsV2', { ...given, ...(token === undefined ? {} : { ContinuationToken: token }) });
    for (const { ETag, Key, LastModified, Size, StorageClass } of (page.Contents ?? []) as JsonObject[]) {
      found.push({
        Etag: ETag,
        Key,
        LastModified: Date.parse(String(LastModified)) / 1000,
        Size,
        StorageClass: StorageClass ?? 'STANDARD',
      });
    }
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
  return found;
}

function readFormat(config: JsonObject, where: string): (text: string) => Json[] {
  switch (config.InputType) {
    case 'JSON':
      return (text) => itemsOf(JSON.parse(text) as Json, config.ItemsPointer);
    case 'JSONL':
      return (text) =>
        text
          .split('\n')
          .filter((line) => line.trim() !== '')
          .map((line) => JSON.parse(line) as Json);
    case 'CSV': {
      const delimiter = DELIMITERS[String(config.CSVDelimiter ?? 'COMMA')];
      if (delimiter === undefined) {
        throw new NotSupported(
          `${where}.CSVDelimiter ${config.CSVDelimiter} is not supported: use one of ${Object.keys(DELIMITERS).join(', ')}`,
        );
      }
      const headers = config.CSVHeaderLocation === 'GIVEN' ? (config.CSVHeaders as string[]) : undefined;
      if (headers === undefined && config.CSVHeaderLocation !== 'FIRST_ROW') {
        throw new NotSupported(`${where}.CSVHeaderLocation ${config.CSVHeaderLocation} is not supported: it must be FIRST_ROW or GIVEN`);
      }
      return (text) => readCsv(text, delimiter, headers);
    }
    default:
      throw new NotSupported(`${where}.InputType ${config.InputType} is not supported: it must be JSON, JSONL or CSV`);
  }
}

/** The array, or the one at a JSON pointer. @throws if there is none */
function itemsOf(data: Json, pointer: Json | undefined): Json[] {
  const steps = pointer === undefined ? [] : String(pointer).split('/').slice(1);
  const found = steps.reduce<Json | undefined>((value, step) => {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value[name] : undefined;
  }, data);
  if (Array.isArray(found)) return found;
  throw new Error('Attempting to map over non-iterable node.');
}
