import { readdirSync, readFileSync } from 'node:fs'
import { parse, Source, visit } from 'graphql'
import { expect, test } from 'vitest'
import { createPlaces } from '../../src/policy/places.ts'

const FILES = ['schema', 'directives'].flatMap((folder) =>
  readdirSync(folder).map((name) => `${folder}/${name}`),
)

test('every node of every file is where graphql-js says it is', () => {
  const places = createPlaces()
  const documents = FILES.map((file) => places.parse(new Source(readFileSync(file, 'utf8'), file)))
  let nodes = 0
  for (const [i, file] of FILES.entries()) {
    const expected: unknown[] = []
    visit(parse(new Source(readFileSync(file, 'utf8'), file)), {
      enter: ({ kind, loc }) =>
        void expected.push([kind, file, loc?.startToken.line, loc?.startToken.column]),
    })
    const found: unknown[] = []
    const document = documents[i]
    if (document === undefined) throw new Error('a file is missing')
    visit(document, {
      enter: (node) => {
        const { file: of, line, column } = places.positionOf(node)
        found.push([node.kind, of, line, column])
      },
    })
    expect(found).toEqual(expected)
    nodes += found.length
  }
  expect(nodes).toBeGreaterThan(1_000)
})

test('a file that is parsed after somebody has asked is known as well, and a node keeps the place that it has', () => {
  const places = createPlaces()
  const [first] = places.parse(new Source('type A { b: Int }', 'a.graphql')).definitions
  if (first === undefined) throw new Error('nothing was parsed')
  expect(places.positionOf(first)).toEqual({ file: 'a.graphql', line: 1, column: 1 })
  const [late] = places.parse(new Source('\n  enum B { C }', 'b.graphql')).definitions
  if (late === undefined) throw new Error('nothing was parsed')
  expect(places.positionOf(late)).toEqual({ file: 'b.graphql', line: 2, column: 3 })
  expect(places.fileOf(late)).toBe('b.graphql')
  const [own] = parse(new Source('scalar D', 'd.graphql')).definitions
  if (own === undefined) throw new Error('nothing was parsed')
  expect(places.positionOf(own)).toEqual({ file: 'd.graphql', line: 1, column: 1 })
  expect(places.fileOf(own)).toBeUndefined()
})

test('a node of no file is nowhere', () => {
  expect(() => createPlaces().positionOf(parse('type A { b: Int }', { noLocation: true }))).toThrow(
    'a finding is about a node of a file',
  )
})
