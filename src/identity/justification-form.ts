import vm from 'node:vm'
import { LRUCache } from 'lru-cache'

/** Whether a text has the form that a justification must have. */
export type JustificationForm = (text: string) => boolean

/** Far more than a pattern needs that does not go astray, on a thousand characters and a busy machine. */
const MATCH_TIMEOUT_MS = 50
const REMEMBERED = 1_000

/**
 * @param pattern source of a regular expression for the whole text, so that a pattern without anchors is no looser
 *
 * The text comes from whoever asks, at most a thousand characters of it (`readDeclaration`). That bounds no pattern that
 * backtracks exponentially, so matching has a deadline as well; what it does not match in time it does not match. Clients
 * repeat their texts, and entering a script with a deadline costs more than most patterns, so outcomes are remembered.
 */
export function justificationForm(pattern: string): JustificationForm {
  const context = vm.createContext({ pattern: new RegExp(`^(?:${pattern})$`, 'u'), text: '' })
  const script = new vm.Script('pattern.test(text)')
  const known = new LRUCache<string, boolean>({ max: REMEMBERED })

  function matches(text: string): boolean {
    context.text = text
    try {
      return script.runInContext(context, { timeout: MATCH_TIMEOUT_MS }) === true
    } catch {
      return false
    }
  }

  return (text) => {
    const before = known.get(text)
    if (before !== undefined) return before
    const fits = matches(text)
    known.set(text, fits)
    return fits
  }
}
