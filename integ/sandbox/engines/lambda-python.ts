import { join } from 'node:path';
import { command, EngineError } from './command';
import { installed } from './component';
import { enginesFolder } from './install';
import { pinsOf, pipInstall } from './python';
import { findPythonOfVersion } from './python-version';

/** What every Python runtime of Lambda contains: the AWS SDK. */
const PACKAGES = 'requirements-lambda.txt';
/** AWS's own client of the Runtime API. Its wheels are for Linux, but the sandbox uses its Python part only. */
const RUNTIME = 'requirements-lambda-runtime.txt';

/**
 * The Python of a Lambda runtime, with boto3 and AWS's runtime client in an environment of its own, downloaded once.
 *
 * @param runtime `python3.12`
 * @returns the path of its `python`
 * @throws EngineError in one line with the remedy
 */
export async function lambdaPython(runtime: string, report: (line: string) => void): Promise<string> {
  const minor = runtime.slice('python'.length);
  const { executable, version } = await findPythonOfVersion(minor, report);
  const folder = await installed(
    enginesFolder(),
    {
      name: `lambda-python-${minor}`,
      title: `boto3 for ${runtime}`,
      pins: { ...(await pinsOf(PACKAGES)), ...(await pinsOf(RUNTIME)), python: version, executable },
      build: async (target) => {
        await command(executable, ['-m', 'venv', target]).catch((error: Error) => {
          throw new EngineError(`${executable} cannot create a virtual environment: install Python's venv module. ${error.message}`);
        });
        const python = join(target, 'bin', 'python');
        await pipInstall(python, PACKAGES, `boto3 for ${runtime}`);
        const tags = ['--platform', 'manylinux2014_x86_64', '--implementation', 'cp', '--python-version', minor];
        await pipInstall(python, RUNTIME, "AWS's runtime client for Python", {
          target: join(target, 'lib', `python${minor}`, 'site-packages'),
          more: tags,
        });
      },
    },
    report,
  );
  return join(folder, 'bin', 'python');
}
