import { delegateOf, type OracleDatabase, openOracleDatabase, type Row } from '../oracle/database.ts'

/** Every character below the space, which JSON escapes in more than one way; PostgreSQL stores no NUL. */
const CONTROLS = String.fromCharCode(...Array.from({ length: 31 }, (_, i) => i + 1), 127)

const TEXTS = [
  CONTROLS,
  '',
  '"},"data":null,{"',
  String.raw`\u0041\n\\" / </script>`,
  'astral \u{1F9FE}\u{10FFFF}, combining e\u0301, \uFEFFmark, \u2028 \u2029 lines, \uFFFD',
  'a: b, c:  d',
]

/** What a JSON column may hold, as far as JavaScript can tell it: in the order of keys that PostgreSQL gives it. */
const DOCUMENTS = [
  {},
  [],
  [[], {}, [{}]],
  'a: b, c',
  false,
  0,
  -12.75,
  { a: [1, 2, { b: ': , ', c: null }], bb: `${CONTROLS}"\\`, ccc: { '': 0, ' ': [' ', ', ', ': '] } },
]

/** Coordinate → values, of which each row gets the next until there are no more. */
const HARD: Readonly<Record<string, readonly unknown[]>> = {
  'Customer.name': TEXTS,
  'Contact.title': TEXTS,
  'TicketMessage.body': TEXTS,
  'SupportTicket.tags': [TEXTS, [''], [], TEXTS.toReversed()],
  'UsageEvent.properties': DOCUMENTS,
}

/**
 * The rows of the oracle, some of which now hold what is hard to write as JSON; read by plain Prisma.
 *
 * @param url of an empty database
 */
export async function openHardRows(url: string): Promise<OracleDatabase> {
  const database = await openOracleDatabase(url)
  const rows = new Map(database.rows)
  for (const [coordinate, values] of Object.entries(HARD)) {
    const [model = '', field = ''] = coordinate.split('.')
    const delegate = delegateOf(database.prisma, model) as Delegate
    const key = database.models.get(model)?.key ?? []
    for (const [i, value] of values.entries()) {
      const where = Object.fromEntries(key.map((part) => [part, rows.get(model)?.[i]?.[part]]))
      await delegate.updateMany({ where, data: { [field]: value } })
    }
    rows.set(model, await delegate.findMany())
  }
  return { ...database, rows }
}

type Delegate = ReturnType<typeof delegateOf> & {
  updateMany(args: { where: Row; data: Row }): Promise<unknown>
}
