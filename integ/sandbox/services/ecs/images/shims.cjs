'use strict';
// Stands for chown, chgrp and the programs that add users while an image is built. In a build there is one user only, so that ownership is written
// down instead (the last argument of the sandbox: SANDBOX_OWNERS), and users are added to the image's own files.
const { appendFileSync, mkdirSync, readFileSync } = require('node:fs');
const { basename, resolve } = require('node:path');

const [, program, ...given] = process.argv;
const name = basename(program);
const entries = (file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(':'));
const idOf = (file, text) => (/^\d+$/.test(text) ? Number(text) : Number(entries(file).find(([own]) => own === text)?.[2] ?? Number.NaN));

function fail(message) {
  process.stderr.write(`${name}: ${message}\n`);
  process.exit(1);
}

function chown() {
  const [spec, ...paths] = given.filter((argument) => !argument.startsWith('-'));
  const [user, group] = name === 'chgrp' ? [undefined, spec] : spec.split(/[:.]/);
  const uid = user === undefined || user === '' ? undefined : idOf('/etc/passwd', user);
  const gid = group === undefined || group === '' ? uid : idOf('/etc/group', group);
  if (Number.isNaN(uid) || Number.isNaN(gid)) fail(`invalid user or group: '${spec}'`);
  // A change of the group alone does not change who may write.
  if (uid === undefined) return;
  const lines = paths.map((path) => `${JSON.stringify({ path: resolve(path), uid, gid: gid ?? uid })}\n`);
  appendFileSync(process.env.SANDBOX_OWNERS, lines.join(''));
}

/** Options of useradd and groupadd, and of adduser and addgroup of Debian and Alpine. */
const VALUES = {
  uid: ['-u', '--uid'],
  gid: ['-g', '--gid', '-G', '--ingroup'],
  home: ['-d', '--home-dir', '-h', '--home'],
  shell: ['-s', '--shell'],
  other: ['-c', '--comment', '--gecos', '-k', '--skel', '-K', '-e', '-f', '-p', '--password', '--groups', '-b'],
};

function read() {
  const values = {};
  const names = [];
  const groups = name === 'useradd' ? { ...VALUES, other: [...VALUES.other, '-G'], gid: ['-g', '--gid'] } : VALUES;
  for (let at = 0; at < given.length; at++) {
    const [option, inline] = given[at].startsWith('--') ? given[at].split('=') : [given[at]];
    const kind = Object.keys(groups).find((key) => groups[key].includes(option));
    if (kind !== undefined) values[kind] = inline ?? given[++at];
    else if (!option.startsWith('-')) names.push(option);
    else values[option] = true;
  }
  return { values, names };
}

const nextId = (file, system) => {
  const ids = entries(file).map(([, , id]) => Number(id));
  for (let id = system ? 100 : 1000; ; id++) if (!ids.includes(id)) return id;
};
const isSystem = (values) => values['-r'] || values['-S'] || values['--system'] || values['-rm'] || values['-rms'];

function addGroup(group, wanted, system) {
  if (entries('/etc/group').some(([own]) => own === group)) return fail(`group '${group}' exists already`);
  const gid = wanted === undefined ? nextId('/etc/group', system) : Number(wanted);
  appendFileSync('/etc/group', `${group}:x:${gid}:\n`);
  return gid;
}

function addUser() {
  const { values, names } = read();
  const [user, extra] = names;
  if (user === undefined) fail('expected the name of a user');
  // `adduser user group` of Debian and Alpine adds to a group, which has no effect on who may write here.
  if (extra !== undefined && entries('/etc/passwd').some(([own]) => own === user)) return;
  if (entries('/etc/passwd').some(([own]) => own === user)) fail(`user '${user}' exists already`);
  const system = isSystem(values);
  const uid = values.uid === undefined ? nextId('/etc/passwd', system) : Number(values.uid);
  const known = values.gid === undefined ? idOf('/etc/group', user) : idOf('/etc/group', values.gid);
  if (Number.isNaN(known) && values.gid !== undefined) fail(`group '${values.gid}' does not exist`);
  const gid = Number.isNaN(known) ? addGroup(user, values.uid, system) : known;
  const home = values.home ?? `/home/${user}`;
  appendFileSync('/etc/passwd', `${user}:x:${uid}:${gid}::${home}:${values.shell ?? '/bin/sh'}\n`);
  if (values['-M'] || values['--no-create-home'] || values['-H'] || (name === 'useradd' && !values['-m'] && !values['--create-home']))
    return;
  mkdirSync(home, { recursive: true });
  appendFileSync(process.env.SANDBOX_OWNERS, `${JSON.stringify({ path: home, uid, gid })}\n`);
}

if (name === 'chown' || name === 'chgrp') chown();
else if (name === 'groupadd' || name === 'addgroup') {
  const { values, names } = read();
  // `addgroup user group` adds a user to a group.
  if (names.length < 2) addGroup(names[0], values.gid ?? (name === 'addgroup' ? values['-g'] : undefined), isSystem(values));
} else addUser();
