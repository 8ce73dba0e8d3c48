import type { Answer } from '../gateway.ts'

export function codesIn(answer: Answer): readonly string[] {
  return (answer.body?.errors ?? []).map(
    ({ extensions }: { extensions: { code: string } }) => extensions.code,
  )
}
