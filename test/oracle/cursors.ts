import type { CursorWish } from './draft.ts'
import type { CursorPlace } from './truth.ts'
import type { Rules } from './walker.ts'

/** Every cursor that the gateway handed out, and what it stands for. */
export class CursorBook {
  private readonly places = new Map<string, CursorPlace>()
  private readonly lists = new Map<string, Promise<readonly string[]>>()
  private readonly rules: Rules
  private readonly askForAll: (purpose: string, list: string, orderBy: unknown) => Promise<readonly string[]>

  /** @param askForAll all cursors of a list in an order, in that order; none where the purpose may not read it. */
  constructor(rules: Rules, askForAll: CursorBook['askForAll']) {
    this.rules = rules
    this.askForAll = askForAll
  }

  readonly note = (cursor: string, place: CursorPlace): void => {
    this.places.set(cursor, place)
  }

  readonly place = (cursor: string): CursorPlace | undefined => this.places.get(cursor)

  /** A cursor as wished for; whether the gateway must take it is decided by what it stands for, not by the wish. */
  async fulfil({ list, orderBy, flaw, pick }: CursorWish, purpose: string): Promise<string> {
    if (flaw === 'garbage') return 'bm90IGEgY3Vyc29yIGF0IGFsbCwgYnV0IGxvbmcgZW5vdWdoIHRvIGJlIG9uZQ'
    const purposes = [...this.rules.purposes.keys()]
    const [type = '', name = ''] = list.split('.')
    const model = this.modelOf(type, name)
    const cursors = await this.all(
      flaw === 'other purpose' ? (purposes[pick % purposes.length] ?? purpose) : purpose,
      flaw === 'other list' ? this.otherList(model, pick) : list,
      flaw === 'other order' ? this.otherOrder(model, purpose, pick) : orderBy,
    )
    const cursor = cursors[pick % (cursors.length || 1)] ?? 'none'
    if (flaw !== 'tampered') return cursor
    const middle = cursor.length >> 1
    return `${cursor.slice(0, middle)}${cursor[middle] === 'A' ? 'B' : 'A'}${cursor.slice(middle + 1)}`
  }

  private all(purpose: string, list: string, orderBy: unknown): Promise<readonly string[]> {
    const key = `${purpose} ${list} ${JSON.stringify(orderBy ?? null)}`
    const before = this.lists.get(key)
    if (before) return before
    const asked = this.askForAll(purpose, list, orderBy)
    this.lists.set(key, asked)
    return asked
  }

  modelOf(type: string, name: string): string {
    if (type !== 'Query') return this.rules.types.get(type)?.get(name)?.type ?? ''
    return [...this.rules.types.keys()].find((model) => rootList(model) === name) ?? ''
  }

  private otherList(model: string, pick: number): string {
    const others = [...this.rules.types.keys()].filter((type) => type !== model)
    return `Query.${rootList(others[pick % others.length] ?? '')}`
  }

  private otherOrder(model: string, purpose: string, pick: number): unknown {
    const fields = [...(this.rules.types.get(model) ?? [])].filter(
      ([, { permits, type, many }]) =>
        permits.get(purpose) === 'AS_IS' && !many && !this.rules.types.has(type) && type !== 'JSON',
    )
    const field = fields[pick % (fields.length || 1)]
    return field ? [{ [field[0]]: pick % 2 === 0 ? 'ASC' : 'DESC' }] : null
  }
}

export function rootList(model: string): string {
  return `${model.charAt(0).toLowerCase()}${model.slice(1).replace(/y$/, 'ie')}s`
}
