// The built-in validator costs seconds for the first synth of each file: a strict job of its own runs it.
process.env.CDK_VALIDATION = 'false';
process.env.JSII_DEPRECATED = 'quiet';
