import type { Finding } from './finding.ts'

export interface Rule {
  readonly severity: Finding['severity']
  /** What a finding of this rule says, one line; `docs/policy-language.md` lists the same rows and a test compares. */
  readonly meaning: string
  /**
   * The rule speaks of something that is absent. Held back while a file cannot be parsed, because what is missed may
   * stand in that file.
   */
  readonly absence?: true
  /** The rule depends on the day. Only who passes one is told, and it keeps no gateway from starting. */
  readonly clock?: true
  /** Told to those only who ask for it: a matter of taste, or of how much data there is. */
  readonly asked?: true
}

/**
 * Every rule of the checker. An id is permanent: once given, never used for another rule. A policy with a finding of
 * severity MUST does not start. One literal, long as it is: so the compiler refuses an id that is given twice.
 *
 * 1xx the language, 2xx purposes, roles and categories, 3xx declarations, 4xx what is stored, 5xx data subjects, 6xx names,
 * 7xx rows and groups.
 */
export const RULES = {
  PG101: { severity: 'MUST', meaning: 'the file is not GraphQL' },
  PG102: { severity: 'MUST', meaning: 'a name is defined twice' },
  PG103: { severity: 'MUST', meaning: 'no type has this name', absence: true },
  PG104: {
    severity: 'MUST',
    meaning: 'no directive has this name, or it does not belong here',
    absence: true,
  },
  PG105: { severity: 'MUST', meaning: 'a directive that may be used once is used twice' },
  PG106: {
    severity: 'MUST',
    meaning: 'an argument of a directive is missing, unknown or given twice',
  },
  PG107: { severity: 'MUST', meaning: 'an argument of a directive has a value of the wrong type' },
  PG108: {
    severity: 'MUST',
    meaning: 'what is extended is not defined, or is of another kind',
    absence: true,
  },
  PG109: {
    severity: 'MUST',
    meaning: 'a definition of the policy language is missing or was changed',
    absence: true,
  },
  PG110: {
    severity: 'MUST',
    meaning: 'a directive is defined that is not of the policy language; it would enforce nothing',
  },
  PG111: { severity: 'MUST', meaning: 'the policy governs no type', absence: true },
  PG112: { severity: 'MUST', meaning: 'an operation or a fragment stands in a schema file' },
  PG113: { severity: 'MUST', meaning: 'an interface or a union among governed types' },
  PG114: { severity: 'MUST', meaning: 'an input type written by hand; filters and orders are derived' },
  PG115: {
    severity: 'MUST',
    meaning: 'a root type or a schema definition written by hand; root fields are derived',
  },
  PG116: { severity: 'MUST', meaning: 'a scalar that the gateway does not know' },
  PG117: { severity: 'SHOULD', meaning: '`@deprecated` has no effect' },

  PG201: {
    severity: 'MUST',
    meaning: 'the enum `Purpose`, `Role` or `DataCategory` is missing',
    absence: true,
  },
  PG202: { severity: 'MUST', meaning: 'a purpose without `@processing`' },
  PG203: { severity: 'MUST', meaning: 'no purpose has this name', absence: true },
  PG204: { severity: 'MUST', meaning: 'no role has this name', absence: true },
  PG205: { severity: 'MUST', meaning: 'no legal basis has this name' },
  PG206: { severity: 'MUST', meaning: 'no data category has this name', absence: true },
  PG207: { severity: 'MUST', meaning: 'no transform has this name' },
  PG208: { severity: 'MUST', meaning: 'the owner or the recipient of a purpose is empty' },
  PG209: { severity: 'MUST', meaning: 'the review of a purpose is not a calendar date' },
  PG210: { severity: 'MUST', meaning: 'a recipient without the basis `CONSENT`' },
  PG211: { severity: 'MUST', meaning: 'a purpose names no role, so nobody could act for it' },
  PG212: {
    severity: 'SHOULD',
    meaning: 'a purpose without a description; the record of processing needs one',
  },
  PG213: { severity: 'SHOULD', meaning: 'no field is declared for the purpose', absence: true },
  PG214: { severity: 'SHOULD', meaning: 'no field is of the category', absence: true },
  PG215: { severity: 'SHOULD', meaning: 'no purpose is open to the role', absence: true },
  PG216: {
    severity: 'MUST',
    meaning:
      '`@processing` outside `Purpose`, or `@never` or `@special` outside `DataCategory`, has no effect',
  },
  PG220: {
    severity: 'MUST',
    meaning: 'a purpose on `LEGAL_OBLIGATION` or `PUBLIC_TASK` that does not name the law',
  },
  PG221: {
    severity: 'MUST',
    meaning: 'a purpose on `LEGITIMATE_INTEREST` that does not name the interest',
  },
  PG222: {
    severity: 'MUST',
    meaning: 'a special category declared for a purpose without a ground of GDPR Article 9',
  },
  PG223: {
    severity: 'SHOULD',
    meaning: 'a ground of GDPR Article 9 on a purpose that reads nothing of a special category',
    absence: true,
  },
  PG224: { severity: 'SHOULD', meaning: 'an interest named beside another basis than `LEGITIMATE_INTEREST`' },
  PG225: {
    severity: 'SHOULD',
    meaning: 'two purposes with the same basis, recipient, rows and declarations',
    absence: true,
  },
  PG226: {
    severity: 'SHOULD',
    meaning: 'a key as it is for a purpose whose data goes to a third party, which can then be linked there',
  },
  PG227: {
    severity: 'SHOULD',
    meaning: 'a data category without a description; the record of processing needs one',
  },
  PG228: {
    severity: 'SHOULD',
    meaning: 'a data category of which no purpose may read anything; why is it kept',
    absence: true,
  },
  PG229: { severity: 'MUST', meaning: 'no ground of GDPR Article 9 has this name' },

  PG230: {
    severity: 'SHOULD',
    meaning: 'the review of a purpose is more than eleven months old',
    clock: true,
  },
  PG231: { severity: 'MUST', meaning: 'the review of a purpose is more than twelve months old', clock: true },
  PG232: { severity: 'MUST', meaning: 'the review of a purpose lies in the future', clock: true },
  PG233: {
    severity: 'MUST',
    meaning: 'the minutes of `breakGlass` or the hours of `reviewWithin` are out of range',
  },
  PG234: { severity: 'SHOULD', meaning: '`reviewWithin` without `breakGlass` has no effect' },
  PG235: { severity: 'MUST', meaning: '`within` leads back to the purpose itself' },
  PG236: {
    severity: 'MUST',
    meaning: 'a field serves a purpose more than the purpose that it is `within`',
  },
  PG237: { severity: 'SHOULD', meaning: 'a purpose is suspended; nobody can act for it' },

  PG301: { severity: 'SHOULD', meaning: 'a field without a declaration; nobody can read it', absence: true },
  PG302: {
    severity: 'SHOULD',
    meaning: 'a personal field without a declaration of its own; nobody can read it',
  },
  PG303: { severity: 'MUST', meaning: 'two transforms for one field and purpose' },
  PG304: { severity: 'SHOULD', meaning: 'a purpose declared twice' },
  PG305: { severity: 'MUST', meaning: 'the transform does not fit the type of the field' },
  PG306: { severity: 'MUST', meaning: 'a transform on a relation' },
  PG307: {
    severity: 'MUST',
    meaning: 'a field of a category declared for a purpose that the category never allows',
  },
  PG308: { severity: 'MUST', meaning: 'a transform that can give null on a field that cannot be null' },
  PG309: { severity: 'MUST', meaning: '`ROUNDED` without a step, or a step without `ROUNDED`' },
  PG310: { severity: 'MUST', meaning: 'a step that the type of the field cannot be rounded to' },
  PG311: {
    severity: 'SHOULD',
    meaning: 'a relation declared for a purpose that may read nothing of what it leads to',
    absence: true,
  },
  PG312: {
    severity: 'MUST',
    meaning:
      'a field of a type of a category, or a relation to it, declared for a purpose that the category never allows',
  },
  PG313: {
    severity: 'MUST',
    meaning:
      'a relation of a category, followed backwards or by its columns, for a purpose that the category never allows',
  },

  PG401: { severity: 'MUST', meaning: 'a type without `@model`', absence: true },
  PG402: { severity: 'MUST', meaning: 'the data model has no model of this name' },
  PG403: { severity: 'MUST', meaning: 'a model governed by two types' },
  PG404: { severity: 'MUST', meaning: 'the model has no field of this name' },
  PG405: { severity: 'MUST', meaning: 'the type of the field does not fit what is stored' },
  PG406: {
    severity: 'MUST',
    meaning: 'one in the schema and many in the data model, or the other way round',
  },
  PG407: { severity: 'MUST', meaning: 'the field cannot be null in the schema and can be in the data model' },
  PG408: {
    severity: 'MUST',
    meaning: 'the relation leads to another model than its type stands for',
  },
  PG409: { severity: 'MUST', meaning: 'a many-to-many relation without a model of its own' },
  PG410: { severity: 'MUST', meaning: 'arguments written by hand; filters, orders and pages are derived' },
  PG411: {
    severity: 'MUST',
    meaning: 'the values of an enum differ from those that are stored',
    absence: true,
  },
  PG412: { severity: 'MUST', meaning: 'a stored type that cannot be served' },
  PG413: { severity: 'MUST', meaning: 'a type without fields', absence: true },
  PG414: {
    severity: 'SHOULD',
    meaning: 'the path to the data subject goes by a foreign key with which no index begins',
  },
  PG415: {
    severity: 'SHOULD',
    meaning: 'a list, or the choices of a person, are looked up by a foreign key with which no index begins',
  },
  PG416: {
    severity: 'SHOULD',
    meaning:
      'fields that lists can be filtered by, and with which no index begins; told by `check --indexes`',
    asked: true,
  },

  PG501: {
    severity: 'MUST',
    meaning: 'the path to the data subject does not follow to-one relations of the data model',
  },
  PG502: { severity: 'SHOULD', meaning: 'the path to the data subject passes a relation that can be null' },
  PG503: {
    severity: 'MUST',
    meaning: 'the path does not end at a type that is a data subject',
    absence: true,
  },
  PG504: {
    severity: 'MUST',
    meaning: 'a type with personal fields does not say whom a row is about',
    absence: true,
  },
  PG510: {
    severity: 'SHOULD',
    meaning: 'every row belongs to somebody, and the type does not say whom a row is about',
    absence: true,
  },

  PG601: { severity: 'MUST', meaning: 'a name that the served schema needs for itself' },
  PG602: { severity: 'MUST', meaning: 'two types whose root fields would have the same name' },

  PG700: { severity: 'MUST', meaning: 'a purpose on `CONSENT`, and no model stores consents', absence: true },
  PG701: { severity: 'MUST', meaning: 'two models that store consents, or two that store objections' },
  PG702: {
    severity: 'MUST',
    meaning: 'what `@consent` or `@objection` names is not there, or not of the kind that is needed',
  },
  PG703: { severity: 'MUST', meaning: 'a consent or an objection for the purpose cannot be stored' },
  PG704: { severity: 'MUST', meaning: 'rows that no stored consent or objection can be about' },
  PG705: { severity: 'MUST', meaning: 'a condition on rows names something that does not exist' },
  PG706: { severity: 'MUST', meaning: 'a value in a condition on rows does not fit' },
  PG707: {
    severity: 'MUST',
    meaning: 'a condition on rows selects by a category that is never for the purpose',
  },
  PG708: {
    severity: 'MUST',
    meaning:
      'a purpose that serves own rows reads a type about nobody, or about another kind of data subject',
  },
  PG709: {
    severity: 'SHOULD',
    meaning: 'the rows of a data subject are limited for a purpose, and the rows about it are not',
    absence: true,
  },
  PG710: {
    severity: 'SHOULD',
    meaning: 'a purpose on `LEGITIMATE_INTEREST`, and no model stores objections; nobody could object',
    absence: true,
  },
  PG711: { severity: 'MUST', meaning: 'a smallest group of fewer than two data subjects' },
  PG712: { severity: 'MUST', meaning: 'noise below zero, or a budget of less than one query' },
  PG713: { severity: 'MUST', meaning: '`noise` or `budget` for a purpose without `smallestGroup`' },
  PG714: {
    severity: 'SHOULD',
    meaning: 'exact figures and more than one query a day; they can be subtracted',
  },
  PG715: { severity: 'MUST', meaning: 'a pseudonym for a purpose that is served groups only' },
  PG716: {
    severity: 'SHOULD',
    meaning: 'a type about nobody, for a purpose that is served groups only; no group is large enough',
  },
  PG720: {
    severity: 'MUST',
    meaning: 'the period of a retention is not an ISO 8601 period of years, months, weeks and days',
  },
  PG721: { severity: 'MUST', meaning: '`from` of a retention does not lead to a field of the data model' },
  PG722: { severity: 'MUST', meaning: '`from` of a retention is not a date or an instant' },
  PG723: { severity: 'MUST', meaning: '`from` of a retention can be null, and nothing says what that means' },
  PG724: { severity: 'MUST', meaning: 'the time zone or the accounting year of a retention does not exist' },
  PG725: { severity: 'MUST', meaning: 'a retention names no law' },
  PG726: { severity: 'MUST', meaning: 'a type that cannot be anonymised as declared' },
  PG727: { severity: 'MUST', meaning: 'the dates of a legal hold are not instants of the data model' },
  PG728: {
    severity: 'MUST',
    meaning: 'a legal hold on nobody, or two types for the holds on one kind of subject',
  },
  PG729: {
    severity: 'MUST',
    meaning: 'a legal hold that keeps rows readable for a purpose without the basis `LEGAL_OBLIGATION`',
  },
} as const satisfies Readonly<Record<string, Rule>>

export type RuleId = keyof typeof RULES
