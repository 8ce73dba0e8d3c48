import { createHash } from 'node:crypto'
import { categoriesOf } from './categories.ts'
import { checkCoherence } from './check-coherence.ts'
import { checkFilters } from './check-filters.ts'
import { checkIndexes } from './check-indexes.ts'
import { checkKinds } from './check-kinds.ts'
import { checkReviews } from './check-reviews.ts'
import { checkSdl } from './check-sdl.ts'
import { checkUsage } from './check-usage.ts'
import { checkWithin } from './check-within.ts'
import { consentsOf, objectionsOf } from './choices.ts'
import type { DataModel } from './data-model.ts'
import { type Definitions, definitionsOf } from './definitions.ts'
import { enumsOf } from './enums.ts'
import type { Finding } from './finding.ts'
import { frozen } from './frozen.ts'
import type { Model } from './governed-model.ts'
import { isLanguageDefinition, LANGUAGE_DEFINITIONS, languageName } from './language.ts'
import { checkLegalHolds } from './legal-hold.ts'
import { mappingOf } from './mapping.ts'
import { modelOf } from './model.ts'
import { checkNames } from './names.ts'
import { createPlaces, type Places, type Position } from './places.ts'
import type { Policy } from './policy.ts'
import type { PolicySource } from './policy-source.ts'
import { policyText } from './policy-text.ts'
import { purposesOf } from './purposes.ts'
import { createReporter, type Reporter } from './reporter.ts'
import { checkWaysAround, rowRulesOf } from './row-rules.ts'
import { checkRowScopes } from './row-scopes.ts'
import { RULES, type Rule, type RuleId } from './rules.ts'
import type { Scope, TypeScope } from './scope.ts'

export interface Compiled {
  /** Undefined where a finding has the severity MUST, unless it is one that depends on the day. Deeply frozen. */
  readonly policy: Policy | undefined
  /** By file, line, column. Where they are is found out when they are asked for, which may take as long as parsing. */
  readonly findings: readonly Finding[]
}

export interface Checked extends Compiled {
  /** That the policy was compiled with. */
  readonly dataModel: DataModel
  /** Findings that are told only to whoever asks. */
  readonly asked: readonly Finding[]
}

/** The SDL of a policy, read and checked as far as it can be without a data model. */
export interface ReadSdl {
  readonly definitions: Definitions
  readonly reporter: Reporter
  /** Where a finding about the whole policy points. */
  readonly start: Position
}

/** SDL (the files of `directives/` and of `SCHEMA_DIR` together) and data model → policy, as `compileRead` does of both. */
export function compilePolicy(
  sources: readonly PolicySource[],
  dataModel: DataModel,
  today?: string,
): Checked {
  return compileRead(readSdl(sources), dataModel, today)
}

/** The half of compiling for which no data model is needed. */
export function readSdl(sources: readonly PolicySource[]): ReadSdl {
  const places = createPlaces()
  const reporter = createReporter(places)
  const definitions = definitionsOf(sources, places, reporter)
  const start = startOf(sources, definitions, places)
  checkKinds(definitions, start, reporter)
  checkSdl(definitions, reporter)
  return { definitions, reporter, start }
}

/**
 * Pure; the result does not depend on the order of the files. All findings are reported at once; while a file cannot be parsed,
 * those that may only follow from what it holds are left out.
 *
 * @param sdl is compiled once: findings are added to those that reading it had
 * @param today `YYYY-MM-DD`, to be told of reviews that are due; without it the result depends on no clock
 */
export function compileRead(
  { definitions, reporter, start }: ReadSdl,
  dataModel: DataModel,
  today?: string,
): Checked {
  const scope: Scope = { definitions, dataModel, reporter }

  checkNames(scope)
  const purposes = purposesOf(scope)
  const categories = categoriesOf(scope)
  const typeScope: TypeScope = { ...scope, purposes, categories, ...mappingOf(scope) }
  const models = modelsOf(typeScope)
  const enums = enumsOf(typeScope)
  const consents = consentsOf(models, typeScope)
  const objections = objectionsOf(models, typeScope)
  checkRowScopes(models, consents, typeScope)
  checkLegalHolds(models.values(), typeScope)
  checkUsage(scope)
  checkCoherence({ ...typeScope, models })
  checkIndexes({ ...typeScope, models }, [consents, objections])
  checkFilters({ ...typeScope, models })
  checkWithin(scope, purposes, models)
  if (today !== undefined) checkReviews(scope, today)
  if (definitions.objects.size === 0)
    reporter.report(
      'PG111',
      start,
      'the policy governs no type',
      'declare a type with `@model` in the schema folder',
    )

  const absent = definitions.complete
  const roles = new Set(definitions.enums.get('Role')?.values.map((value) => value.name.value))
  return {
    policy: reporter.ids({ absent }).some(refuses)
      ? undefined
      : sealed({ purposes, roles, categories, models, enums, consents, objections }),
    dataModel,
    get findings() {
      return reporter.findings({ absent })
    },
    get asked() {
      return reporter.findings({ absent, asked: true })
    },
  }
}

/** Where a finding about the whole policy points: the first file that is not of the language itself. */
function startOf(sources: readonly PolicySource[], { document }: Definitions, { fileOf }: Places): Position {
  const own = document.definitions.find(
    (node) => !isLanguageDefinition(node) || !LANGUAGE_DEFINITIONS.has(languageName(node)),
  )
  const file = (own && fileOf(own)) ?? [...sources].map((source) => source.file).sort()[0] ?? '.'
  return { file, line: 1, column: 1 }
}

function modelsOf(scope: TypeScope): ReadonlyMap<string, Model> {
  const models = new Map<string, Model>()
  for (const [name, object] of scope.definitions.objects) {
    const model = modelOf(object, scope)
    if (model !== undefined) models.set(name, model)
  }
  return withRows(models, scope)
}

/** Conditions on rows follow relations, so every model is known before the first of them is read. */
function withRows(models: ReadonlyMap<string, Model>, scope: TypeScope): ReadonlyMap<string, Model> {
  const limited = new Map<string, Model>()
  for (const [name, model] of models) {
    const object = scope.definitions.objects.get(name)
    limited.set(name, object ? { ...model, rows: rowRulesOf(object, model, models, scope) } : model)
  }
  checkWaysAround(limited, scope)
  return limited
}

function sealed(content: Omit<Policy, 'hash' | 'text'>): Policy {
  const text = policyText(content)
  return frozen({ hash: createHash('sha256').update(text, 'utf8').digest('hex'), text, ...content })
}

function refuses(id: RuleId): boolean {
  const rule: Rule = RULES[id]
  return rule.severity === 'MUST' && rule.clock !== true
}
