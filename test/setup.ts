// The built-in validator costs seconds for the first synth of each file: a strict job of its own runs it.
process.env.CDK_VALIDATION = 'false';
process.env.JSII_DEPRECATED = 'quiet';
// The SDK asks for Node 22 at run time; handlers run on Node 24.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
