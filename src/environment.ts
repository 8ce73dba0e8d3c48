import { resolve } from 'node:path'

export type Env = Readonly<Record<string, string | undefined>>

/** Reads variables by their name; one of a wrong form is added to the problems, and the fallback taken. */
export interface Environment {
  /** Undefined: absent or empty. */
  text(name: string): string | undefined
  integer(name: string, fallback: number, min: number, max: number): number
  url(name: string, protocols: readonly string[]): string | undefined
  /** Absolute. */
  path(name: string, fallback: string): string
  optionalPath(name: string): string | undefined
}

/** @param problems name variables, never their values */
export function environmentOf(env: Env, cwd: string, problems: string[]): Environment {
  const text = (name: string): string | undefined => {
    const value = env[name]?.trim()
    return value === '' ? undefined : value
  }
  const integer = (name: string, fallback: number, min: number, max: number): number => {
    const value = text(name)
    if (value === undefined) return fallback
    const parsed = Number(value)
    if (Number.isInteger(parsed) && parsed >= min && parsed <= max) return parsed
    problems.push(`\`${name}\` must be a whole number from ${min} to ${max}`)
    return fallback
  }
  const url = (name: string, protocols: readonly string[]): string | undefined => {
    const value = text(name)
    if (value === undefined) return undefined
    if (URL.canParse(value) && protocols.includes(new URL(value).protocol)) return value
    problems.push(`\`${name}\` must be a URL that begins with ${protocols.map((p) => `${p}//`).join(' or ')}`)
    return undefined
  }
  const path = (name: string, fallback: string): string => resolve(cwd, text(name) ?? fallback)
  const optionalPath = (name: string): string | undefined =>
    text(name) === undefined ? undefined : path(name, '')
  return { text, integer, url, path, optionalPath }
}
