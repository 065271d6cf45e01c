import type { awscdk } from 'projen';
import { github } from 'projen';

/** Contributors' pull requests run what `.ci/run` runs, on a clean checkout. */
export function workflows(project: awscdk.AwsCdkConstructLibrary): void {
  if (!project.github) return;
  const build = new github.GithubWorkflow(project.github, 'build');
  build.on({ pullRequest: {}, push: { branches: ['main'] }, workflowDispatch: {} });
  build.addJob('build', {
    runsOn: ['ubuntu-latest'],
    timeoutMinutes: 30,
    permissions: { contents: github.workflows.JobPermission.READ },
    env: { CI: 'true' },
    steps: [
      { name: 'Checkout', uses: 'actions/checkout@v5', with: { 'persist-credentials': false } },
      { name: 'Set up Node.js', uses: 'actions/setup-node@v5', with: { 'node-version': '24' } },
      { name: 'Set up Python', uses: 'actions/setup-python@v6', with: { 'python-version': '3.12' } },
      { name: 'Everything that CI checks', run: 'bash .ci/run' },
    ],
  });
}
