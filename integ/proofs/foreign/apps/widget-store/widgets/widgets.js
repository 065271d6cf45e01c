const { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } = require('@aws-sdk/client-s3');

const s3 = new S3Client({});
const Bucket = process.env.BUCKET;

exports.main = async ({ httpMethod, path }) => {
  const Key = path.slice(1);
  const answer = (statusCode, value) => ({ statusCode, headers: { 'x-widgets': 'yes' }, body: JSON.stringify(value) });
  try {
    if (Key === '') {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
      return answer(200, { widgets: Contents.map((one) => one.Key) });
    }
    if (httpMethod === 'POST') {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: `${Key}, made to order`, ContentType: 'text/plain' }));
      return answer(200, { created: Key });
    }
    if (httpMethod === 'GET') {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return answer(200, { widget: await Body.transformToString() });
    }
    await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    return answer(200, { deleted: Key });
  } catch (error) {
    return answer(error.$metadata?.httpStatusCode ?? 500, { error: error.name });
  }
};
