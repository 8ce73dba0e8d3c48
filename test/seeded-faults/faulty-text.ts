import type { Fault } from './fault.ts'

/** The text of a file with the fault in it. @throws where what the fault replaces is not found exactly once */
export function faultyText(fault: Fault, text: string): string {
  const at = text.indexOf(fault.find)
  if (at < 0) throw new Error(`\`${fault.name}\`: its text is no longer in ${fault.file}`)
  if (text.indexOf(fault.find, at + 1) >= 0)
    throw new Error(`\`${fault.name}\`: its text is in ${fault.file} more than once`)
  return text.slice(0, at) + fault.replace + text.slice(at + fault.find.length)
}
