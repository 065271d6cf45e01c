import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { copyWithOneRole } from './one-role';

const service = resolve(__dirname, '..', '..', '..', 'examples', 'school-platform', 'app', 'grades');

test('the copy has one client for all schools and its prefix, and nothing else is changed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'one-role-'));
  try {
    copyWithOneRole(service, folder);
    const changed = (file: string) => readFileSync(join(folder, file), 'utf8') !== readFileSync(join(service, file), 'utf8');
    const files = ['main', 'server', 'routes', 'tenant-data', 'evaluations', 'students', 'rules'].map((name) => join('src', `${name}.ts`));
    expect(files.filter(changed)).toEqual([join('src', 'server.ts'), join('src', 'tenant-data.ts')]);
    expect(readFileSync(join(folder, 'src', 'tenant-data.ts'), 'utf8')).not.toContain('new TenantClients(');
  } finally {
    for (const made of [folder, `${folder}-again`]) rmSync(made, { recursive: true, force: true });
  }
});

test('another code than expected is an error: the comparison would be of something else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'one-role-'));
  try {
    copyWithOneRole(service, folder);
    expect(() => copyWithOneRole(folder, `${folder}-again`)).toThrow(/src\/tenant-data\.ts: expected '.*' once, found it 0 times/);
  } finally {
    for (const made of [folder, `${folder}-again`]) rmSync(made, { recursive: true, force: true });
  }
});
