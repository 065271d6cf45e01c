import { type CfnResource, Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { AppResources } from '../app-resources';

/** The suffix of names that CloudFormation generates: a hyphen and twelve characters. */
const SUFFIX = `-${'x'.repeat(12)}`;
/** The shortest possible values of what is only known at deployment. */
const SHORTEST = { region: 'us-east-1', account: '123456789012', restApiId: 'x'.repeat(10) };

/** Names and ARNs that policies contain, by resource type. Maximum length of names: "IAM and AWS STS quotas" and "CreateFunction". */
const NAMED: Readonly<Record<string, { readonly property: string; readonly arn: string }>> = {
  'AWS::IAM::Role': { property: 'roleName', arn: `arn:aws:iam::${SHORTEST.account}:role/` },
  'AWS::IAM::User': { property: 'userName', arn: `arn:aws:iam::${SHORTEST.account}:user/` },
  'AWS::Lambda::Function': { property: 'functionName', arn: `arn:aws:lambda:${SHORTEST.region}:${SHORTEST.account}:function:` },
  'AWS::Logs::LogGroup': { property: 'logGroupName', arn: `arn:aws:logs:${SHORTEST.region}:${SHORTEST.account}:log-group:` },
};
const LONGEST_NAME = 64;
/** The types whose references have an estimate. */
const REFERENCED = [
  ...Object.keys(NAMED),
  'AWS::Lambda::Alias',
  'AWS::Lambda::Version',
  'AWS::ApiGateway::RestApi',
  'AWS::ApiGateway::Stage',
] as const;

const estimators = new WeakMap<AppResources, Map<Stack, Estimator>>();

/** Estimates the text of template values, never longer than at deployment, so that no valid app exceeds a limit. */
export class Estimator {
  /** The estimator of a scope's stack, the same for all checks of one synthesis. */
  public static of(scope: IConstruct, app: AppResources): Estimator {
    const stack = Stack.of(scope);
    const ofApp = estimators.get(app) ?? new Map<Stack, Estimator>();
    const estimator = ofApp.get(stack) ?? new Estimator(stack, app);
    estimators.set(app, ofApp.set(stack, estimator));
    return estimator;
  }

  private readonly resources: ReadonlyMap<string, CfnResource>;

  private constructor(
    private readonly stack: Stack,
    app: AppResources,
  ) {
    const referenced = REFERENCED.flatMap((type) => app.ofType(type)).filter((one) => Stack.of(one) === stack);
    this.resources = new Map(referenced.map((one) => [this.logicalId(one), one]));
  }

  /** The text of a value that may contain tokens. */
  public text(value: unknown): string {
    return this.resolved(this.stack.resolve(value));
  }

  /** Replaces all CloudFormation expressions in a document by their text. */
  public document(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((part) => this.document(part));
    if (typeof value !== 'object' || value === null) return value;
    const names = Object.keys(value);
    if (names.length === 1 && (names[0] === 'Ref' || names[0].startsWith('Fn::'))) return this.text(value);
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, this.document(part)]));
  }

  /** The name that CloudFormation generates for a resource of the stack. */
  public generatedName(resource: CfnResource, most = LONGEST_NAME): string {
    return `${known(this.stack.stackName)}-${this.logicalId(resource)}`.slice(0, most - SUFFIX.length) + SUFFIX;
  }

  private resolved(value: unknown): string {
    if (typeof value !== 'object' || value === null) return String(value ?? '');
    if (Array.isArray(value)) return value.map((part) => this.resolved(part)).join('');
    const [[name, argument]] = Object.entries(value as Readonly<Record<string, unknown>>);
    if (name === 'Ref') return this.reference(String(argument));
    if (name === 'Fn::GetAtt' && Array.isArray(argument)) return this.reference(String(argument[0]), String(argument[1]));
    if (name === 'Fn::Join' && Array.isArray(argument) && Array.isArray(argument[1])) {
      return argument[1].map((part) => this.resolved(part)).join(String(argument[0]));
    }
    return '';
  }

  private reference(id: string, attribute?: string): string {
    if (id.startsWith('AWS::')) return this.pseudo(id);
    const target = this.resources.get(id);
    if (target === undefined) return '';
    const named = NAMED[target.cfnResourceType];
    if (named !== undefined) {
      const name = this.text((target as unknown as Readonly<Record<string, unknown>>)[named.property]) || this.generatedName(target);
      return attribute === 'Arn' ? named.arn + name : name;
    }
    if (['AWS::Lambda::Alias', 'AWS::Lambda::Version'].includes(target.cfnResourceType)) return this.qualified(target);
    if (target.cfnResourceType === 'AWS::ApiGateway::RestApi') return SHORTEST.restApiId;
    return target.cfnResourceType === 'AWS::ApiGateway::Stage'
      ? known((target as unknown as { readonly stageName?: string }).stageName)
      : '';
  }

  /** The ARN of an alias or a version of a function. A version has at least one digit. */
  private qualified(target: CfnResource): string {
    const { functionName, name } = target as unknown as { readonly functionName: unknown; readonly name?: string };
    const text = this.text(functionName);
    const arn = text.startsWith('arn:') ? text : NAMED['AWS::Lambda::Function'].arn + text;
    return `${arn}:${known(name) || '1'}`;
  }

  private pseudo(id: string): string {
    switch (id) {
      case 'AWS::AccountId':
        return SHORTEST.account;
      case 'AWS::Region':
        return SHORTEST.region;
      case 'AWS::Partition':
        return 'aws';
      case 'AWS::URLSuffix':
        return 'amazonaws.com';
      default:
        return '';
    }
  }

  private logicalId(resource: CfnResource): string {
    return String(this.stack.resolve(resource.logicalId));
  }
}

function known(value: unknown): string {
  return typeof value === 'string' && !Token.isUnresolved(value) ? value : '';
}
