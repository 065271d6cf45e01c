import { NotYetKnown } from '../../assembly/errors';
import type { Assembly, Check, EndpointService, JsonObject } from '../../contracts';
import { keyCheck } from '../../iam/keys';
import { requestTags } from '../../iam/request-tags';
import { type AwsJson, jsonService } from '../../protocol/aws-json';
import { kmsDenial } from '../../protocol/kms-denial';
import { ServiceError } from '../../protocol/service-error';
import { invalid, type Parameter, type ParameterStore, putFromTemplate } from './parameters';
import { type Input, inputOf, type Members, pageOf, type Selected, selectorOf } from './requests';

const PROTOCOL: AwsJson = { target: 'AmazonSSM', version: '1.1' };

interface Operation extends Members {
  checks(input: Input): readonly Check[];
  execute(input: Input): object;
}

/** Parameter Store. Parameters of the template are created as soon as their values are known. */
export function ssmService(assembly: Assembly, store: ParameterStore, leaveOut: (problem: string) => void): EndpointService {
  let waiting = assembly.ofType('AWS::SSM::Parameter');

  /** Finds a parameter by name or ARN, with an optional version: `name:3`. Versions have no labels in the sandbox. */
  const select = (id: string): Selected => {
    const [name, selector] = selectorOf(id);
    if (/\s/.test(name)) throw invalid("Parameter name can't contain spaces.");
    const parameter = store.find(name);
    // The service's error has no message.
    if (parameter === undefined) throw new ServiceError('ParameterNotFound', '');
    const { versions } = parameter;
    const version = selector === undefined ? versions.at(-1) : versions.find((one) => String(one.version) === selector);
    if (version !== undefined) return { parameter, version, selector };
    const kind = /^\d+$/.test(selector ?? '') ? 'version' : 'label';
    const message = `Systems Manager could not find ${kind} ${selector} of ${name}. Verify the ${kind} and try again.`;
    throw new ServiceError('ParameterVersionNotFound', message);
  };
  const found = (ids: readonly string[]) => ids.flatMap((id) => attempt(() => select(id)) ?? []);
  const keyUse = (action: string, key: string, arn: string) =>
    keyCheck(action, key, `ssm.${assembly.region}.amazonaws.com`, { PARAMETER_ARN: arn });
  const decryption = (selected: readonly Selected[], { WithDecryption = false }: Pick<Input, 'WithDecryption'>) =>
    selected.flatMap(({ parameter: { arn }, version: { key } }) =>
      WithDecryption && key !== undefined ? [keyUse('kms:Decrypt', key, arn)] : [],
    );
  const reading = (action: string, ids: readonly string[]) =>
    ids.map((id) => {
      const [name] = selectorOf(id);
      const resource = name.startsWith('arn:') ? name : store.arnOf(name);
      return { action, resource, context: tagsOf(store.find(name)) };
    });

  const operations: Readonly<Record<string, Operation>> = {
    GetParameter: {
      requires: ['Name'],
      takes: ['WithDecryption'],
      checks: (input) => [...reading('ssm:GetParameter', [input.Name]), ...decryption(found([input.Name]), input)],
      execute: (input) => ({ Parameter: outputOf(select(input.Name), input) }),
    },
    GetParameters: {
      requires: ['Names'],
      takes: ['WithDecryption'],
      checks: (input) => [...reading('ssm:GetParameters', input.Names), ...decryption(found(input.Names), input)],
      execute: (input) => ({
        Parameters: found(input.Names)
          .sort(byName)
          .map((one) => outputOf(one, input)),
        InvalidParameters: input.Names.filter((id) => found([id]).length === 0),
      }),
    },
    GetParametersByPath: {
      requires: ['Path'],
      takes: ['Recursive', 'ParameterFilters', 'WithDecryption', 'MaxResults', 'NextToken'],
      // The resource is the path itself: whoever may read a path may read all parameters below it, also those that are denied by name.
      checks: (input) => [
        { action: 'ssm:GetParametersByPath', resource: store.arnOf(input.Path), context: given('ssm:Recursive', input.Recursive) },
        ...decryption(pageOf(store.list(), input).page, input),
      ],
      execute(input) {
        const { page, next } = pageOf(store.list(), input);
        return { Parameters: page.map((one) => outputOf(one, input)), NextToken: next };
      },
    },
    PutParameter: {
      requires: ['Name', 'Value'],
      takes: ['Type', 'KeyId', 'Overwrite', 'AllowedPattern', 'DataType', 'Description', 'Tags', 'Tier'],
      checks(input) {
        const arn = store.arnOf(input.Name.trim());
        // Errors that would reveal the existing parameter come only after authorization.
        const { type, tier, key } = attempt(() => store.encryptionOf(input)) ?? {};
        const context = {
          ...tagsOf(store.find(input.Name.trim())),
          ...requestTags(Object.fromEntries((input.Tags ?? []).map(({ Key, Value }) => [Key, Value]))),
        };
        return [
          { action: 'ssm:PutParameter', resource: arn, context: { ...context, ...given('ssm:Overwrite', input.Overwrite) } },
          ...(input.Tags?.length ? [{ action: 'ssm:AddTagsToResource', resource: arn, context }] : []),
          // Documented: "Setting permissions to encrypt and decrypt parameter values": an advanced value has a data key of its own.
          ...(type === 'SecureString' && key ? [keyUse(tier === 'Advanced' ? 'kms:GenerateDataKey' : 'kms:Encrypt', key, arn)] : []),
        ];
      },
      execute(input) {
        const { version, tier } = store.put(input);
        return { Version: version, Tier: tier };
      },
    },
    DeleteParameter: {
      requires: ['Name'],
      checks: ({ Name }) => reading('ssm:DeleteParameter', [Name]),
      execute({ Name }) {
        if (!store.delete(Name)) throw new ServiceError('ParameterNotFound', '');
        return {};
      },
    },
    DeleteParameters: {
      requires: ['Names'],
      checks: ({ Names }) => reading('ssm:DeleteParameters', Names),
      execute({ Names }) {
        const deleted = Names.filter((name) => store.delete(name));
        return { DeletedParameters: deleted, InvalidParameters: Names.filter((name) => !deleted.includes(name)) };
      },
    },
  };

  return jsonService({
    ...{ name: 'ssm', protocol: PROTOCOL },
    read(name, given) {
      waiting = waiting.filter((resource) => !settle(() => putFromTemplate(store, assembly, resource), leaveOut));
      const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (operation === undefined) throw invalid(`The sandbox does not support the operation ${name} of ssm`);
      const input = inputOf(name, operation, given);
      return { checks: () => operation.checks(input), execute: () => operation.execute(input) as JsonObject };
    },
    deniedMessage: kmsDenial,
  });
}

/** Creates a parameter. Returns false while it depends on a custom resource that has not run yet. */
function settle(create: () => readonly string[], leaveOut: (problem: string) => void): boolean {
  try {
    for (const problem of create()) leaveOut(problem);
    return true;
  } catch (error) {
    if (error instanceof NotYetKnown) return false;
    throw error;
  }
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ServiceError) return undefined;
    throw error;
  }
}

/** A condition key, only if the request has the member. Documented: "Actions, resources, and condition keys for AWS Systems Manager". */
function given(key: string, value: boolean | undefined): Check['context'] {
  return value === undefined ? {} : { [key]: String(value) };
}

function tagsOf(parameter: Parameter | undefined): Check['context'] {
  const tags = Object.entries(parameter?.tags ?? {});
  return Object.fromEntries(
    tags.flatMap(([key, value]) => [`aws:ResourceTag/${key}`, `ssm:resourceTag/${key}`].map((name) => [name, value])),
  );
}

function outputOf({ parameter: { name, arn }, version, selector }: Selected, { WithDecryption = false }: Pick<Input, 'WithDecryption'>) {
  return {
    ...{ Name: name, Type: version.type, Value: WithDecryption ? version.value : (version.sealed ?? version.value) },
    ...{ Version: version.version, LastModifiedDate: version.modified, ARN: arn, DataType: version.dataType },
    ...(selector === undefined ? {} : { Selector: `:${selector}` }),
  };
}

function byName(a: Selected, b: Selected): number {
  return a.parameter.name < b.parameter.name ? -1 : 1;
}
