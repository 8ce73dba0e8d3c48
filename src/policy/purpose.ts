/** GDPR Article 6(1), (a) to (f). */
export type LegalBasis =
  | 'CONSENT'
  | 'CONTRACT'
  | 'LEGAL_OBLIGATION'
  | 'VITAL_INTERESTS'
  | 'PUBLIC_TASK'
  | 'LEGITIMATE_INTEREST'

/** GDPR Article 9(2), (a) to (j). */
export type Article9Ground =
  | 'EXPLICIT_CONSENT'
  | 'EMPLOYMENT_LAW'
  | 'VITAL_INTERESTS'
  | 'MEMBERSHIP'
  | 'MADE_PUBLIC'
  | 'LEGAL_CLAIMS'
  | 'SUBSTANTIAL_PUBLIC_INTEREST'
  | 'HEALTH_CARE'
  | 'PUBLIC_HEALTH'
  | 'RESEARCH'

export interface Purpose {
  readonly name: string
  readonly description: string
  readonly basis: LegalBasis
  readonly roles: readonly string[]
  readonly owner: string
  /** Calendar date of the last review, `YYYY-MM-DD`. */
  readonly reviewed: string
  /** A third party that receives the data. */
  readonly recipient: string | undefined
  readonly scope: RowScope
  /** The law that obliges or entitles the company. */
  readonly law: string | undefined
  /** The legitimate interest that is pursued. */
  readonly interest: string | undefined
  /** On what ground special categories are processed; undefined: the purpose reads none. */
  readonly article9: Article9Ground | undefined
  /** Undefined: the purpose is served rows. */
  readonly groups: GroupRule | undefined
  /** Whether every request must say why. */
  readonly justify: boolean
  /** Undefined: it opens to none but its roles. */
  readonly breakGlass: BreakGlass | undefined
  readonly suspended: boolean
  /** The purpose that permits everything this one permits. */
  readonly within: string | undefined
}

/** How a purpose opens to principals who have none of its roles. */
export interface BreakGlass {
  /** How long one use stays open, in minutes. */
  readonly minutes: number
  /** The time in which somebody else reviews a use, in hours. */
  readonly reviewWithinHours: number
}

/** How a purpose that is served groups only is kept from seeing anybody in them; docs/groups.md. */
export interface GroupRule {
  /** Data subjects that a group has at least. */
  readonly smallest: number
  /** Standard deviation of a figure's noise, in the largest contribution of one data subject to it; 0: exact. */
  readonly noise: number
  /** Different queries of one principal a day. */
  readonly budget: number
}

/** Whose rows a purpose serves: those of all data subjects, or of the principal's own. */
export type RowScope = 'ALL' | 'OWN'
