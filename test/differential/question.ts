/** One request, whole: the same for the same seed and number. */
export interface Question {
  readonly number: number
  readonly document: string
  readonly operationName: string | undefined
  readonly variables: Readonly<Record<string, unknown>>
  /** False: something was changed in it, whatever that made of it. */
  readonly sound: boolean
}
