/** What CloudFormation asks of a custom resource. Documented: "Custom resource request objects". */
export interface CustomResourceRequest {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: Readonly<Record<string, unknown>>;
  readonly OldResourceProperties?: Readonly<Record<string, unknown>>;
}

/** Sends the answer. */
export type Send = (url: string, body: string) => Promise<void>;

/** Documented: "Custom resource response objects": a response is at most 4,096 bytes. */
const LONGEST_REASON = 1_000;

/**
 * Does what a request asks, and answers CloudFormation in each case: without an answer, a deployment waits for an hour.
 *
 * @param act what there is to do; its result becomes the attributes of the resource, and its error the reason of the failure
 */
export async function answerRequest(
  request: CustomResourceRequest,
  act: () => Promise<Readonly<Record<string, string>>>,
  send: Send = sendByHttps,
): Promise<void> {
  const { StackId, RequestId, LogicalResourceId, ResponseURL } = request;
  // The same for ever: another one would be another resource, and the one before would be deleted.
  const PhysicalResourceId = request.PhysicalResourceId ?? LogicalResourceId;
  const ids = { StackId, RequestId, LogicalResourceId, PhysicalResourceId };
  const answer = await act().then(
    (Data) => ({ ...ids, Status: 'SUCCESS', Data }),
    (error: unknown) => ({ ...ids, Status: 'FAILED', Reason: `${(error as Error).message}`.slice(0, LONGEST_REASON) }),
  );
  await send(ResponseURL, JSON.stringify(answer));
}

/** The URL is signed for a request without a content type. */
async function sendByHttps(url: string, body: string): Promise<void> {
  const response = await fetch(url, { method: 'PUT', body, headers: { 'Content-Type': '' } });
  if (!response.ok) throw new Error(`CloudFormation did not accept the answer: ${response.status}`);
}
