import type { awscdk } from 'projen';
import { github } from 'projen';

/** Pull requests run `.ci/run` on a clean checkout. */
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
      {
        name: 'Checkout (v4.2.2)',
        uses: 'actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683',
        with: { 'persist-credentials': false },
      },
      {
        name: 'Set up Node.js (v4.4.0)',
        uses: 'actions/setup-node@49933ea5288caeca8642d1e84afbd3f7d6820020',
        with: { 'node-version': '24' },
      },
      {
        name: 'Set up Python (v5.6.0)',
        uses: 'actions/setup-python@a26af69be951a213d495a4c3e4e4022e16d87065',
        with: { 'python-version': '3.12' },
      },
      { name: 'Run all checks', run: 'bash .ci/run' },
      {
        name: 'Upload the rule pack reports (v4.6.2)',
        if: 'always()',
        uses: 'actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02',
        with: { name: 'rule-packs', path: 'reports/nag', 'if-no-files-found': 'ignore' },
      },
    ],
  });
}
