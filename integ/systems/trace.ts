import { traceCommand } from '../kit/request-trace/command';

if (require.main === module) {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  traceCommand(process.argv.slice(2), console.log).then(
    (status) => {
      process.exitCode = status;
    },
    (error: Error) => {
      console.error(error.message);
      process.exitCode = 2;
    },
  );
}
