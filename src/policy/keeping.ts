import type { SubjectStep } from './subject-path.ts'

/** `directives/retention.graphql` says what it means. */
export interface Retention {
  readonly law: string
  /** ISO 8601, as declared; `months` and `days` are what it adds up to. */
  readonly period: string
  readonly months: number
  readonly days: number
  readonly from: StoredDate
  /** The period runs from the end of the year that begins on this day; undefined: from the date itself. */
  readonly yearStarts: YearStart | undefined
  /** Name in the IANA database. */
  readonly timeZone: string
  /** What is emptied to anonymise a row; undefined: the row is deleted. */
  readonly emptied: readonly EmptiedColumn[] | undefined
}

/** Months from 1. */
export interface YearStart {
  readonly month: number
  readonly day: number
}

/** A date of a row, or of the one row that a path of relations leads to. */
export interface StoredDate {
  /** As declared. */
  readonly path: string
  readonly steps: readonly SubjectStep[]
  readonly column: string
  readonly sqlType: string
  readonly type: 'Date' | 'DateTime'
  /** It can be null, or its row missing: the period has not begun. */
  readonly openEnded: boolean
}

export interface EmptiedColumn {
  readonly field: string
  readonly column: string
  readonly sqlType: string
  readonly value: 'NULL' | 'EMPTY_TEXT' | 'EMPTY_LIST'
}

/** `directives/legal-hold.graphql` says what it means. */
export interface LegalHold {
  readonly since: HoldDate
  /** Undefined: a hold ends when its row is removed. */
  readonly until: HoldDate | undefined
  /** Purposes that see rows past their retention while the hold is in force. */
  readonly readableFor: readonly string[]
}

export interface HoldDate {
  readonly field: string
  readonly column: string
  readonly sqlType: string
}
