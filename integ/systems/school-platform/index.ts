import { createObserver } from '../../kit/observer';
import { PASSWORD } from '../../kit/operator';
import { system } from '../../kit/system';
import { startPlatform } from './platform';
import { users } from './population';
import { traceRequest } from './trace';

const SCHOOL = 'school-01';
const OTHERS = ['school-02', 'school-03'];

export default system(
  'school-platform',
  'A platform shared by many schools: sign-in, grades, and bursts of visits',
  async ({ report, onLog }) => {
    const platform = await startPlatform({ report, onLog, schools: [SCHOOL, ...OTHERS], trial: OTHERS.slice(-1) });
    const observer = createObserver(platform.sandbox);
    const teacher = users(1).find(({ tenant, role }) => tenant === SCHOOL && role === 'teacher');
    if (teacher === undefined) throw new Error(`${SCHOOL} has no teacher`);
    return {
      sandbox: platform.sandbox,
      address: platform.apiUrl,
      signIn: {
        page: platform.signInPage,
        username: teacher.email,
        password: PASSWORD,
        description: `${teacher.name}, a teacher of ${SCHOOL}`,
      },
      requests: [
        {
          title: 'A teacher enters a grade; repeating the request changes nothing',
          method: 'PUT',
          path: '/students/student-1/evaluations/Maths',
          headers: { 'idempotency-key': 'grade-1' },
          body: { grade: 7.5 },
        },
        { title: 'The evaluations of a student', method: 'GET', path: '/students/student-1/evaluations' },
        { title: 'The evaluations of a course', method: 'GET', path: '/courses/Maths/evaluations' },
        {
          title: 'A teacher praises a student',
          method: 'POST',
          path: '/students/student-1/behaviour',
          headers: { 'idempotency-key': 'praise-1' },
          body: { kind: 'praise', points: 2 },
        },
        { title: 'The behaviour profile of a student', method: 'GET', path: '/students/student-1/behaviour' },
        {
          title: 'The school registers a student, who gets a random id',
          method: 'POST',
          path: '/students',
          headers: { 'idempotency-key': 'student-1' },
          body: { name: 'Ada Lovelace', officialId: 'LX-1815' },
        },
        { title: 'The students of the school', method: 'GET', path: '/students' },
        {
          title: 'A student opens the app: the visit is accepted at once and written within seconds',
          method: 'POST',
          path: '/visits',
          headers: { 'idempotency-key': 'visit-1' },
          body: { student: 'student-1', page: '/today' },
        },
      ],
      token: async () => (await platform.signIn(teacher)).accessToken,
      trace: (id) => traceRequest(platform, observer, id),
      close() {
        observer.close();
        return platform.close();
      },
    };
  },
);
