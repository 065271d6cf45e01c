import type { ServiceRequest } from '../../contracts';
import { xrayService } from './service';
import { createTraces } from './traces';

const SEGMENT = {
  ...{ id: '53995c3f42cd8ad8', trace_id: '1-5759e988-bd862e3fe1be46a994272793', name: 'shop' },
  ...{ start_time: 1480615200.01, end_time: 1480615200.09, annotations: { tenant: 'harbour', list: ['dropped'] } },
};

function request(url: string, body: object): ServiceRequest {
  const principal = { arn: 'arn:aws:iam::123456789012:root', tags: {}, accessKeyId: 'A' };
  return { service: 'xray', principal, method: 'POST', url, headers: {}, body: Buffer.from(JSON.stringify(body)) };
}

test('segments are kept with their annotations, and each call needs its own permission', async () => {
  const traces = createTraces();
  const call = xrayService(traces).read(request('/TraceSegments', { TraceSegmentDocuments: [JSON.stringify(SEGMENT)] }));
  expect(await call.checks()).toEqual([{ action: 'xray:PutTraceSegments', resource: '*', context: {} }]);
  expect(await call.execute({ denied: [], faults: [] })).toMatchObject({ status: 200, body: '{"UnprocessedTraceSegments":[]}' });
  expect(traces.segments()).toEqual([
    { id: SEGMENT.id, traceId: SEGMENT.trace_id, parentId: undefined, name: 'shop', annotations: { tenant: 'harbour' }, document: SEGMENT },
  ]);
});

test.each([
  ['no JSON', 'x', 'ParseError'],
  ['an id that is too short', JSON.stringify({ ...SEGMENT, id: '5399' }), 'MissingId'],
  ['the trace id of OpenTelemetry', JSON.stringify({ ...SEGMENT, trace_id: '5759e988bd862e3fe1be46a994272793' }), 'MissingTraceId'],
  ['no end', JSON.stringify({ ...SEGMENT, end_time: undefined }), 'MissingEndTime'],
  ['a subsegment without a parent', JSON.stringify({ ...SEGMENT, type: 'subsegment' }), 'MissingParentId'],
  ['more than 64 KB', JSON.stringify({ ...SEGMENT, metadata: { text: 'x'.repeat(65_536) } }), 'TooLarge'],
])('a segment with %s is returned as unprocessed, and others are kept', async (_name, document, code) => {
  const traces = createTraces();
  const call = xrayService(traces).read(request('/TraceSegments', { TraceSegmentDocuments: [document, JSON.stringify(SEGMENT)] }));
  const { body } = await call.execute({ denied: [], faults: [] });
  expect(JSON.parse(String(body)).UnprocessedTraceSegments).toMatchObject([{ ErrorCode: code }]);
  expect(traces.segments()).toHaveLength(1);
});

test('an operation that the sandbox lacks is rejected by its path', () => {
  expect(() => xrayService(createTraces()).read(request('/TraceSummaries', {}))).toThrow(
    'The sandbox supports PutTraceSegments and PutTelemetryRecords of X-Ray, and not POST /TraceSummaries',
  );
});
