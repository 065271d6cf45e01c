// The built-in template validation takes seconds in each file, and runs in a separate job.
process.env.CDK_VALIDATION = 'false';
process.env.JSII_DEPRECATED = 'quiet';
// The SDK asks for Node 22 at run time; handlers run on Node 24.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
