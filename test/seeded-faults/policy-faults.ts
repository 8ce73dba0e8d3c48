import type { Fault } from './fault.ts'

const POLICY_CASES = ['test/policy/cases.test.ts']

/** In what the compiler takes a schema to say. */
export const POLICY_FAULTS: readonly Fault[] = [
  {
    name: 'the default of a type is added to what a field declares itself',
    file: 'src/policy/permits.ts',
    find: 'own.length > 0 ? declarationsOf(own, coordinate, scope) : personal ? [] : (typeDefault ?? [])',
    replace: '[...(personal ? [] : (typeDefault ?? [])), ...declarationsOf(own, coordinate, scope)]',
    tests: POLICY_CASES,
  },
  {
    name: 'a personal field may rest on the default of its type',
    file: 'src/policy/permits.ts',
    find: 'if (own.length === 0 && personal)',
    replace: 'if (own.length === 0 && personal && typeDefault === undefined)',
    tests: POLICY_CASES,
  },
  {
    name: 'the default of a type reaches its personal fields',
    file: 'src/policy/permits.ts',
    find: 'personal ? [] : (typeDefault ?? [])',
    replace: '(typeDefault ?? [])',
    tests: ['test/policy/compile.test.ts'],
  },
  {
    name: 'a transform lifts `@never`',
    file: 'src/policy/permits.ts',
    find: 'for (const { purpose, purposeNode } of declarations)\n    if (never.includes(purpose))',
    replace:
      "for (const { purpose, purposeNode, transform } of declarations)\n    if (transform === 'AS_IS' && never.includes(purpose))",
    tests: POLICY_CASES,
  },
  {
    name: 'of two transforms for one purpose, the first wins with a word of advice',
    file: 'src/policy/declarations.ts',
    find: 'else if (first.transform === transform && first.step?.text === step?.text)',
    replace: "else if (first.transform === transform || transform !== 'AS_IS')",
    tests: POLICY_CASES,
  },
  {
    name: 'a third party may receive data without consent',
    file: 'src/policy/purposes.ts',
    find: "if (recipient && basis && basis.value !== 'CONSENT')",
    replace: "if (recipient && basis && basis.value === 'LEGAL_OBLIGATION')",
    tests: POLICY_CASES,
  },
  {
    name: '31 February is a day on which a purpose was reviewed',
    file: 'src/policy/calendar-date.ts',
    find: ' && date.toISOString().startsWith(text)',
    replace: '',
    tests: POLICY_CASES,
  },
  {
    name: 'LAST4 fits lists, item by item or not at all',
    file: 'src/policy/transform.ts',
    find: '(!list && FITS[transform].includes(type))',
    replace: 'FITS[transform].includes(type)',
    tests: POLICY_CASES,
  },
  {
    name: 'one finding that only advises lets all the others pass',
    file: 'src/policy/compile.ts',
    find: 'ids({ absent }).some(refuses)',
    replace: 'ids({ absent }).every(refuses)',
    tests: POLICY_CASES,
  },
  {
    name: 'the path to whom a row is about may lead to many',
    file: 'src/policy/subject.ts',
    find: 'else if (field.list)',
    replace: 'else if (field.list && !field.list)',
    tests: POLICY_CASES,
  },
  {
    name: 'the path to whom a row is about may end at anything',
    file: 'src/policy/subject.ts',
    find: "return directivesNamed(object, 'subject').some(isWithoutPath) ? type : undefined",
    replace: 'return type',
    tests: POLICY_CASES,
  },
  {
    name: 'a type with personal fields need not say whom a row is about',
    file: 'src/policy/subject.ts',
    find: 'if ([object, ...object.fields].some(',
    replace: 'if ([object, ...object.fields].every(',
    tests: POLICY_CASES,
  },
  {
    name: 'a second type may govern a model that has one',
    file: 'src/policy/mapping.ts',
    find: 'else if (governor !== undefined)',
    replace: 'else if (governor === type)',
    tests: POLICY_CASES,
  },
  {
    name: 'the rules about SDL overlook what is in objects',
    file: 'src/policy/check-sdl.ts',
    find: 'const visited = objects ? VISITED : WITHOUT_ARGUMENTS',
    replace: 'const visited = objects ? WITHOUT_ARGUMENTS : WITHOUT_ARGUMENTS',
    tests: POLICY_CASES,
  },
  {
    name: 'a finding of a file that was parsed late is nowhere',
    file: 'src/policy/places.ts',
    find: 'files.slice(covered)',
    replace: 'files.slice(covered, 1)',
    tests: ['test/policy/places.test.ts'],
  },
  {
    name: 'a kept policy is taken whoever wrote it',
    file: 'src/policy/kept-policy.ts',
    find: 'if (!timingSafeEqual(',
    replace: 'if (content.length === 0 && !timingSafeEqual(',
    tests: ['test/policy/kept-policy.test.ts'],
  },
  {
    name: 'a kept policy is taken for whatever texts there are',
    file: 'src/policy/kept-policy.ts',
    find: '.update(`${madeOf.length} ${madeOf}`)',
    replace: ".update('')",
    tests: ['test/policy/kept-policy.test.ts'],
  },
  {
    name: 'a kept policy is not frozen',
    file: 'src/policy/kept-policy.ts',
    find: 'return frozen(deserialize(content) as Policy)',
    replace: 'return deserialize(content) as Policy',
    tests: ['test/policy/kept-policy.test.ts'],
  },
]
